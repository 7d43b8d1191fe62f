import { hash } from 'node:crypto';
import type { Block } from '../block.ts';
import { Salts } from '../block.ts';
import type { LogName } from '../record.ts';
import { decrypt, encrypt } from '../sealed/cipher.ts';
import { fromLines, LINE, PARQUET, SORT } from '../sealed/columns.ts';
import { MemoryFile } from '../sealed/memory.ts';
import { ORDERS, type Part, partName } from '../sealed/names.ts';
import type { Run, RunPart, SealedFile } from '../sealed/run.ts';
import type { Line } from '../verify/lines.ts';
import { checkBlock } from '../verify/records.ts';
import type { Duck } from './duck.ts';
import type { Engine } from './engine.ts';

/** Records of a part, and bytes of its lines, at most: what sealing needs of memory is four times that. */
const PART_RECORDS = 262_144;
const PART_BYTES = 64 * 1024 * 1024;

export type SealKeys = { salt: Buffer; segment: Buffer };
export type SealJob = { log: LogName; day: string; first: number; last: number };

/**
 * Makes a run of segments into parts: each block is checked against the tree, written in two orders, and what can be
 * read back from storage must be the very lines again. The run is not named yet, nor are its segments touched.
 * @throws Fault where a record is not what was signed; Error where what was written is not what is read
 */
export async function sealRun(
  engine: Engine,
  { log, day, first, last }: SealJob,
  keys: SealKeys,
  blocks: AsyncIterable<Block[]>,
  lines: AsyncIterator<Line>,
  partRecords = PART_RECORDS,
): Promise<Run> {
  const salts = new Salts(keys.salt);
  const parts: RunPart[] = [];
  let gathered = new Gathered();
  let next = await lines.next();
  let expected = first;
  const close = async (): Promise<void> => {
    if (gathered.count === 0) return;
    const part = { log, day, first: expected - gathered.count, last: expected - 1 };
    parts.push(await writePart(engine, part, keys.segment, gathered));
    gathered.close();
    gathered = new Gathered();
  };
  try {
    for await (const group of blocks) {
      for (const block of group) {
        if (expected > last) break;
        if (block.first !== expected || block.day !== day || block.first + block.count - 1 > last)
          throw new Error(`the leaves of ${log} ${day} are not those of its segments`);
        const got: Line[] = [];
        while (!next.done && next.value.n < block.first + block.count) {
          got.push(next.value);
          next = await lines.next();
        }
        checkBlock(block, got, salts);
        expected += block.count;
        gathered.add(got);
        if (gathered.count >= partRecords || gathered.bytes >= PART_BYTES) await close();
      }
      if (expected > last) break;
    }
    if (expected <= last) throw new Error(`${log} ${day} is signed to ${expected - 1} only`);
    await close();
  } finally {
    gathered.close();
  }
  return { v: 1, log, day, first, last, parts };
}

/** Lines that were checked, one after another in memory. */
class Gathered {
  readonly file = new MemoryFile();
  count = 0;
  bytes = 0;

  add(lines: readonly Line[]): void {
    const all = Buffer.concat(lines.map(({ line }) => line));
    this.file.write(all, this.bytes);
    this.bytes += all.length;
    this.count += lines.length;
  }

  close(): void {
    this.file.close();
  }
}

async function writePart(engine: Engine, part: Part, key: Buffer, lines: Gathered): Promise<RunPart> {
  const duck = await engine.duck();
  await duck.run('reading lines', `CREATE OR REPLACE TEMP TABLE day AS ${fromLines(lines.file.path)}`);
  try {
    const [times] = await duck.rows('reading times', 'SELECT min(ts), max(ts), count(*) FROM day');
    if (Number(times?.[2]) !== lines.count) throw new Error('not every line became a row');
    const files: Partial<Record<(typeof ORDERS)[number], SealedFile>> = {};
    for (const order of ORDERS) {
      const file = new MemoryFile();
      try {
        await duck.run(
          'writing',
          `COPY (SELECT * FROM day ORDER BY ${SORT[order]}) TO '${file.path}' ${PARQUET}`,
        );
        const bytes = encrypt(file.read(), key, { ...part, order });
        const name = partName(part, order);
        await engine.storage.put(name, bytes);
        const back = await engine.storage.get(name);
        if (!back?.equals(bytes)) throw new Error(`${name} is not what was written`);
        await compare(duck, decrypt(back, key, { ...part, order }), lines);
        files[order] = { bytes: bytes.length, sha256: hash('sha256', bytes, 'base64') };
      } finally {
        file.close();
      }
    }
    return {
      first: part.first,
      last: part.last,
      from: Number(times?.[0]),
      to: Number(times?.[1]),
      person: files.person as SealedFile,
      room: files.room as SealedFile,
    };
  } finally {
    await duck.run('forgetting', 'DROP TABLE day');
  }
}

/** That Parquet gives back the very lines. */
async function compare(duck: Duck, parquet: Buffer, lines: Gathered): Promise<void> {
  const file = new MemoryFile();
  const back = new MemoryFile();
  try {
    file.write(parquet, 0);
    await duck.run('reading back', copyLines(file.path, back.path, 'ORDER BY n'));
    if (!back.read().equals(lines.file.read()))
      throw new Error('a sealed part does not give its records back');
  } finally {
    file.close();
    back.close();
  }
}

/** Writes the lines of a part, each with its newline, into a file. */
export const copyLines = (from: string, to: string, order = ''): string =>
  `COPY (SELECT ${LINE} FROM read_parquet('${from}') ${order}) TO '${to}'
   (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\\x01', USE_TMP_FILE false)`;
