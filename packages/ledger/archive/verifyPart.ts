import { hash } from 'node:crypto';
import { type Block, firstAltered, Salts } from '../block.ts';
import { groupsOf, ParquetBroken } from '../parquet/footer.ts';
import type { Sealed } from '../sealed/catalogue.ts';
import { decrypt } from '../sealed/cipher.ts';
import { ORDERS, type Order, partName } from '../sealed/names.ts';
import type { Storage } from '../storage/storage.ts';
import { HASH_BYTES } from '../tree/hash.ts';
import { Fault } from '../verify/fault.ts';
import { BadRow } from './badRow.ts';
import { PartLines } from './partLines.ts';
import type { SealKeys } from './seal.ts';

/**
 * Checks a sealed part: both objects whole and authentic, the lines of one order against the blocks that were signed,
 * and those of the other order the very same. Reads Parquet by itself: DuckDB, which wrote it, is not believed.
 * @throws Fault naming the object, and the first bad record where it can be told
 */
export async function verifyPart(
  storage: Storage,
  part: Sealed,
  keys: SealKeys,
  blocks: AsyncIterable<Block[]>,
  lines = new PartLines(),
): Promise<number> {
  const { first, last } = part;
  const count = last - first + 1;
  const [person, room] = ORDERS.map((order) => partName(part, order)) as [string, string];
  const bytes = {} as Record<Order, Buffer>;
  for (const order of ORDERS) bytes[order] = await readWhole(storage, part, order, keys.segment);
  lines.begin(first, count, new Salts(keys.salt).take(first, count));
  within(room, first, () => {
    for (const group of groupsOf(bytes.room)) lines.commit(bytes.room, group);
    lines.endPass();
  });
  await checkBlocks(blocks, lines.commitments, part, room);
  within(person, first, () => {
    let least = Number.POSITIVE_INFINITY;
    for (const group of groupsOf(bytes.person))
      least = Math.min(least, lines.compare(bytes.person, group) ?? least);
    lines.endPass();
    if (least <= last) throw new BadRow(least, 'is another one than by room');
  });
  if (lines.from !== part.from || lines.to !== part.to)
    throw new Fault(room, 'is not from the time that its run says', first);
  return count;
}

/** Says of which object it is what was found broken in it. */
function within(name: string, first: number, read: () => void): void {
  try {
    read();
  } catch (why) {
    if (why instanceof BadRow) throw new Fault(name, why.message, why.record);
    if (why instanceof ParquetBroken)
      throw new Fault(name, `is no Parquet of records: ${why.message}`, first);
    throw why;
  }
}

async function readWhole(storage: Storage, part: Sealed, order: Order, key: Buffer): Promise<Buffer> {
  const name = partName(part, order);
  const bytes = await storage.get(name);
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
      const bad = firstAltered(block, stringsOf(own)) ?? first;
      throw new Fault(name, `record ${bad} was altered`, bad);
    }
  }
  if (next <= part.last) throw new Fault(name, `records from ${next} on are under no leaf`, next);
}

const stringsOf = (commitments: Buffer): string[] =>
  Array.from({ length: commitments.length / HASH_BYTES }, (_, i) =>
    commitments.toString('binary', i * HASH_BYTES, (i + 1) * HASH_BYTES),
  );
