import { hash } from 'node:crypto';
import { type Block, firstAltered, Salts } from '../block.ts';
import type { Sealed } from '../sealed/catalogue.ts';
import { decrypt } from '../sealed/cipher.ts';
import { COLUMNS } from '../sealed/columns.ts';
import { MemoryFile } from '../sealed/memory.ts';
import { ORDERS, type Order, partName } from '../sealed/names.ts';
import { Fault } from '../verify/fault.ts';
import type { Engine } from './engine.ts';
import { copyLines, type SealKeys } from './seal.ts';

const HASH_BYTES = 32;
const SALT_BYTES = 32;
/** Bytes of lines that are read at once. */
const PIECE_BYTES = 4 * 1024 * 1024;
const NEWLINE = 10;
const COMMA = 44;
/** What every line begins with, before its number. */
const PREFIX = '{"v":1,"n":';

/**
 * Checks a sealed part: both objects whole and authentic, the records of one order against the blocks that were
 * signed, and the other order the very same rows.
 * @throws Fault naming the object, and the first bad record where it can be told
 */
export async function verifyPart(
  engine: Engine,
  part: Sealed,
  keys: SealKeys,
  blocks: AsyncIterable<Block[]>,
): Promise<number> {
  const duck = await engine.duck();
  const files: MemoryFile[] = [];
  const open = (): MemoryFile => {
    const file = new MemoryFile();
    files.push(file);
    return file;
  };
  try {
    const paths = {} as Record<Order, string>;
    for (const order of ORDERS) {
      const file = open();
      file.write(await readWhole(engine, part, order, keys.segment), 0);
      paths[order] = file.path;
    }
    const name = partName(part, 'room');
    const records = part.last - part.first + 1;
    const lines = open();
    await duck.run('reading a part', copyLines(paths.room, lines.path)).catch(refuse(name));
    const commitments = commit(lines, part, keys.salt, name);
    await checkBlocks(blocks, commitments, part, name);
    const [[rows, from, to] = []] = await duck
      .rows('comparing', SAME(paths.room, paths.person), [])
      .catch(refuse(partName(part, 'person')));
    if (Number(rows) !== records)
      throw new Fault(partName(part, 'person'), 'has other rows than the same part by room', part.first);
    if (Number(from) !== part.from || Number(to) !== part.to)
      throw new Fault(partName(part, 'room'), 'is not from the time that its run says', part.first);
    return records;
  } finally {
    for (const file of files) file.close();
  }
}

const refuse = (name: string) => (): never => {
  throw new Fault(name, 'is no Parquet of records');
};

/** Rows that are the same in both files, with the bounds of `ts`; -1 where one has more rows than the other. */
const SAME = (room: string, person: string): string => `
  SELECT CASE WHEN (SELECT count(*) FROM read_parquet('${person}')) = (SELECT count(*) FROM read_parquet('${room}'))
    THEN count(*) ELSE -1 END, min(a.ts), max(a.ts)
  FROM read_parquet('${room}') a JOIN read_parquet('${person}') b USING (n)
  WHERE ${COLUMNS.map((column) => `a.${column} IS NOT DISTINCT FROM b.${column}`).join(' AND ')}`;

async function readWhole(engine: Engine, part: Sealed, order: Order, key: Buffer): Promise<Buffer> {
  const name = partName(part, order);
  const bytes = await engine.storage.get(name);
  if (!bytes) throw new Fault(name, 'is missing', part.first);
  const { bytes: size, sha256 } = part[order];
  if (bytes.length !== size || hash('sha256', bytes, 'base64') !== sha256)
    throw new Fault(name, 'is not what its run says', part.first);
  try {
    return decrypt(bytes, key, { ...part, order });
  } catch (why) {
    throw new Fault(name, (why as Error).message, part.first);
  }
}

/** The commitments to a part's lines by number, in whatever order they stand. */
function commit(file: MemoryFile, { first, last }: Sealed, saltKey: Buffer, name: string): Buffer {
  const count = last - first + 1;
  const salts = new Salts(saltKey).take(first, count);
  const all = Buffer.alloc(count * HASH_BYTES);
  const has = new Uint8Array(count);
  let scratch = Buffer.allocUnsafe(64 * 1024);
  let rest: Buffer = Buffer.alloc(0);
  const { size } = file;
  for (let read = 0; read < size; ) {
    const end = Math.min(size, read + PIECE_BYTES);
    const piece = file.read(read, end);
    read = end;
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    let at = 0;
    for (;;) {
      const stop = bytes.indexOf(NEWLINE, at);
      if (stop < 0) break;
      const n = numberAt(bytes, at);
      const i = n - first;
      if (!(i >= 0 && i < count) || has[i] === 1)
        throw new Fault(name, `has a record ${n} that is not its own`, first);
      has[i] = 1;
      const length = stop - at;
      if (scratch.length < SALT_BYTES + length) scratch = Buffer.allocUnsafe(2 * (SALT_BYTES + length));
      salts.copy(scratch, 0, i * SALT_BYTES, (i + 1) * SALT_BYTES);
      bytes.copy(scratch, SALT_BYTES, at, stop);
      all.write(hash('sha256', scratch.subarray(0, SALT_BYTES + length), 'binary'), i * HASH_BYTES, 'latin1');
      at = stop + 1;
    }
    rest = bytes.subarray(at);
  }
  const missing = has.indexOf(0);
  if (missing >= 0) throw new Fault(name, `record ${first + missing} is missing`, first + missing);
  return all;
}

/** The number in a line; NaN where it is none of ours. */
function numberAt(bytes: Buffer, at: number): number {
  if (bytes.toString('latin1', at, at + PREFIX.length) !== PREFIX) return Number.NaN;
  const end = bytes.indexOf(COMMA, at + PREFIX.length);
  return Number(bytes.toString('latin1', at + PREFIX.length, end));
}

async function checkBlocks(
  blocks: AsyncIterable<Block[]>,
  commitments: Buffer,
  part: Sealed,
  name: string,
): Promise<void> {
  let next = part.first;
  for await (const group of blocks) {
    for (const block of group) {
      if (next > part.last) return;
      const { first, count, day } = block;
      if (first !== next || day !== part.day || first + count - 1 > part.last)
        throw new Fault(name, `has not the leaves of its records from ${next} on`, next);
      next += count;
      const at = (first - part.first) * HASH_BYTES;
      const own = commitments.subarray(at, at + count * HASH_BYTES);
      if (hash('sha256', own, 'buffer').equals(block.digest)) continue;
      const single = Array.from({ length: count }, (_, i) =>
        own.toString('latin1', i * HASH_BYTES, (i + 1) * HASH_BYTES),
      );
      const bad = firstAltered(block, single) ?? first;
      throw new Fault(name, `record ${bad} was altered`, bad);
    }
  }
  if (next <= part.last) throw new Fault(name, `records from ${next} on are under no leaf`, next);
}
