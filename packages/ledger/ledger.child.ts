/** For the kill tests: goes on appending without end and says how far it was acknowledged. */
import { realClock, silentLog } from '@weir/kit';
import { Ledger } from './ledger.ts';

const ledger = await Ledger.open({ dir: process.argv[2] ?? '', clock: realClock, log: silentLog });
for (let offset = ledger.offset('r') + 1; ; offset += 10) {
  const records = Array.from({ length: 10 }, (_, i) => ({
    kind: 'message.published' as const,
    ts: Date.now(),
    room: 'r',
    broadcast: 'r',
    user: 'u',
    nickname: 'n',
    id: `m${offset + i}`,
    offset: offset + i,
    text: 'x',
    pts: 0,
  }));
  process.stdout.write(`${await ledger.append(records)}\n`);
}
