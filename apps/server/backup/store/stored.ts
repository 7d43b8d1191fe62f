import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { generationFolder, listedObjects, listGenerations } from './generation.ts';
import { objectPath } from './layout.ts';
import type { Fault } from './reader.ts';
import { damagedGenerations } from './target.ts';

/**
 * Checks what lies in a target without an identity: every file of every generation against the size and SHA-256 it was
 * written with. For a timer: bit rot is found while those who hold the shares of the identity sleep.
 * `now` (ms): objects that have expired may be gone.
 * @throws BackupFault no_backup, not_a_target
 */
export async function* checkStored(dir: string, now: number): AsyncGenerator<Fault & { generation: string }> {
  const heads = await listGenerations(dir);
  for (const generation of await damagedGenerations(dir, heads))
    yield { generation, entry: generationFolder(dir, generation), what: 'damaged' };
  for (const head of heads) {
    for await (const { id, bytes, sha256, expiresAt } of listedObjects(dir, head)) {
      let stored: Buffer;
      try {
        stored = await readFile(objectPath(dir, id));
      } catch (why) {
        if ((why as NodeJS.ErrnoException).code !== 'ENOENT') throw why;
        if (expiresAt === undefined || expiresAt > now)
          yield { generation: head.generation, object: id, what: 'missing' };
        continue;
      }
      if (stored.length !== bytes || createHash('sha256').update(stored).digest('hex') !== sha256)
        yield { generation: head.generation, object: id, what: 'damaged' };
    }
  }
}
