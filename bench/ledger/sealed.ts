import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig, SimulatedClock, silentLog } from '@weir/kit';
import { Ledger, type PublishedMessage, verifyStore } from '@weir/ledger';
import pg from 'pg';
import { startPostgres } from '../../apps/server/postgres/start.ts';
import { type Row, row } from '../row.ts';
import { sized } from '../size.ts';

const DAYS = sized(60, 2);
const MESSAGES = sized(20_000_000, 4_000);
const ROOMS = sized(200, 5);
const PEOPLE = sized(20_000, 50);
const BATCH = 2_000;
const DAY_MS = 86_400_000;
const MIDNIGHT = Date.UTC(2026, 8, 20, 16);
const CHARACTERS =
  '这是一条弹幕你好世界主播真棒今天天气不错大家好来了老铁没毛病哈支持加油看漂亮厉害学习请问价格多少怎么买包邮什时候发货谢再见晚安早上中午吃饭唱歌跳舞';

/** Messages of days that look like days: few rooms and people say most, texts of 3 to 15 characters; one seed, one store. */
class Talk {
  #seed = 20_261_125;
  readonly #offsets = new Map<string, number>();

  next(below: number): number {
    this.#seed = (Math.imul(this.#seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((this.#seed / 2 ** 32) * below);
  }

  /** A UUIDv7 of a moment. */
  id(ms: number): string {
    const time = ms.toString(16).padStart(12, '0');
    const random = (digits: number): string =>
      this.next(16 ** digits)
        .toString(16)
        .padStart(digits, '0');
    const variant = (8 + this.next(4)).toString(16);
    return `${time.slice(0, 8)}-${time.slice(8)}-7${random(3)}-${variant}${random(3)}-${random(6)}${random(6)}`;
  }

  message(ts: number, day: number): PublishedMessage {
    const room = roomOf(day, Math.floor((this.next(ROOMS) * this.next(1_000)) / 1_000));
    const person = Math.floor((this.next(PEOPLE) * this.next(1_000)) / 1_000);
    const offset = (this.#offsets.get(room) ?? 0) + 1;
    this.#offsets.set(room, offset);
    const length = 3 + this.next(12);
    let text = '';
    for (let i = 0; i < length; i++) text += CHARACTERS[this.next(CHARACTERS.length)];
    return {
      kind: 'message.published',
      ts,
      room,
      broadcast: room,
      user: personOf(person),
      nickname: `观众${person}`,
      id: this.id(ts - this.next(5)),
      offset,
      text,
      pts: ts - MIDNIGHT - day * DAY_MS + this.next(10),
    };
  }

  /** A day begins: its rooms are new. */
  begin(): void {
    this.#offsets.clear();
  }
}

const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0');
const roomOf = (day: number, room: number): string => `0192f0c0-${hex(day, 4)}-7000-8000-${hex(room, 12)}`;
const personOf = (person: number): string => `0191b0c0-1234-7000-9000-${hex(person, 12)}`;

async function timed<T>(run: () => Promise<T>): Promise<{ ms: number; value: T }> {
  const began = performance.now();
  const value = await run();
  return { ms: performance.now() - began, value };
}

/** Days that are over, sealed, searched and verified, beside PostgreSQL with an index by person and one by room. */
export async function* sealedDays(peers: boolean): AsyncGenerator<Row> {
  const dir = mkdtempSync(join(tmpdir(), 'weir-bench-sealed-'));
  try {
    const clock = new SimulatedClock(MIDNIGHT);
    const openLedger = (): Promise<Ledger> => Ledger.open({ dir, clock, log: silentLog });
    let ledger = await openLedger();
    const talk = new Talk();
    const perDay = Math.floor(MESSAGES / DAYS);
    const firstDay: PublishedMessage[] = [];
    let sealing = 0;
    for (let day = 0; day < DAYS; day++) {
      talk.begin();
      const step = (DAY_MS - 1) / perDay;
      for (let done = 0; done < perDay; done += BATCH) {
        const many = Math.min(BATCH, perDay - done);
        const batch = Array.from({ length: many }, (_, i) =>
          talk.message(Math.floor(MIDNIGHT + day * DAY_MS + (done + i) * step), day),
        );
        if (day === 0) firstDay.push(...batch);
        await ledger.append(batch);
        clock.advance(Math.floor(many * step));
      }
      clock.advance(MIDNIGHT + (day + 1) * DAY_MS + 11 * 60_000 - clock.now());
      await ledger.sign();
      sealing += (await timed(() => ledger.sealDue())).ms;
      clock.advance(MIDNIGHT + (day + 1) * DAY_MS + 12 * 60_000 - clock.now());
    }
    const records = perDay * DAYS;
    yield row('ledger', 'seal', records / (sealing / 1_000), 'records/s');
    const files = await ledger.files('content', '2026-09-21');
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0) / perDay;
    const peer = peers ? await inPostgres(firstDay) : null;
    yield row('ledger', 'sealed_size', bytes, 'B/message', peers ? 'postgresql' : null, peer);
    await ledger.close();

    const opened = await timed(openLedger);
    ledger = opened.value;
    yield row('ledger', 'open_sealed', opened.ms / 1_000, 's');
    const search = (query: object) => Array.fromAsync(ledger.search({ log: 'content', ...query }));
    // The process that reads sealed days is there; what is asked for then was not read before.
    await search({ user: personOf(PEOPLE - 1), from: MIDNIGHT, to: MIDNIGHT + 3_600_000 });
    const middle = Math.floor(DAYS / 2);
    const noon = MIDNIGHT + middle * DAY_MS + DAY_MS / 2;
    const hour = await timed(() => search({ user: personOf(7), from: noon, to: noon + 3_600_000 }));
    yield row('ledger', 'person_hour', hour.ms, 'ms');
    const day = middle + 1 < DAYS ? middle + 1 : 0;
    const from = MIDNIGHT + day * DAY_MS;
    const room = await timed(() => search({ room: roomOf(day, 3), text: '你好', from, to: from + DAY_MS }));
    yield row('ledger', 'room_text', room.ms, 'ms');
    const days = await timed(() => search({ user: personOf(11) }));
    if (days.value.length === 0) throw new Error('nobody said anything');
    yield row('ledger', 'person_days', days.ms, 'ms');
    await ledger.close();
    const verified = await timed(() => verifyStore({ dir, logs: ['content'], processes: 1 }));
    const [report] = verified.value;
    if (report?.fault || report?.checked !== records) throw new Error('the store does not hold');
    yield row('ledger', 'verify', records / (verified.ms / 1_000), 'records/s a core');
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Bytes of a message in PostgreSQL: a table with native types, an index by room and one by person. */
async function inPostgres(messages: readonly PublishedMessage[]): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), 'weir-bench-postgres-'));
  chmodSync(dir, 0o711);
  const postgres = await startPostgres({ config: readConfig({ WEIR_DATA_DIR: dir }), log: silentLog });
  try {
    const client = new pg.Client(postgres.connection);
    await client.connect();
    await client.query(`CREATE TABLE message (n bigint, ts bigint, kind text, room uuid, broadcast uuid, person uuid,
      nickname text, id uuid, message_offset int, pts int, text text)`);
    for (let from = 0; from < messages.length; from += 5_000) {
      const part = messages.slice(from, from + 5_000);
      const column = (pick: (one: PublishedMessage, i: number) => unknown): unknown[] => part.map(pick);
      await client.query(
        `INSERT INTO message SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::uuid[], $5::uuid[],
          $6::uuid[], $7::text[], $8::uuid[], $9::int[], $10::int[], $11::text[])`,
        [
          column((_, i) => from + i + 1),
          column(({ ts }) => ts),
          column(({ kind }) => kind),
          column((one) => one.room),
          column((one) => one.broadcast),
          column(({ user }) => user),
          column(({ nickname }) => nickname),
          column(({ id }) => id),
          column(({ offset }) => offset),
          column(({ pts }) => pts),
          column(({ text }) => text),
        ],
      );
    }
    await client.query('CREATE INDEX ON message (room, ts); CREATE INDEX ON message (person, ts)');
    const { rows } = await client.query("SELECT pg_total_relation_size('message') AS bytes");
    await client.end();
    return Number(rows[0].bytes) / messages.length;
  } finally {
    await postgres.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}
