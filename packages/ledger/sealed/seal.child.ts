/** For the kill tests: opens a store at a time and seals what is over, again and again until it is killed. */
import { SimulatedClock, silentLog } from '@weir/kit';
import { realDisk } from '../disk.ts';
import { Ledger } from '../ledger.ts';

const ledger = await Ledger.open({
  dir: process.argv[2] ?? '',
  clock: new SimulatedClock(Number(process.argv[3])),
  log: silentLog,
  disk: { ...realDisk },
  partRecords: 40,
});
process.stdout.write('sealing\n');
await ledger.sealDue();
setInterval(() => {}, 60_000);
