import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Config } from '@weir/kit';
import { LOGS } from '@weir/ledger';
import { SlotFile } from '@weir/ledger/keys/slots.ts';
import { openStorage, type StorageAt } from '@weir/ledger/storage/storage.ts';
import { WrongUse } from '../../cli/misuse.ts';
import { type KeyPart, kekIdOf } from '../../control/backup/keyPart.ts';
import { kekPathOf } from '../../kekPathOf.ts';

/**
 * Puts the data keys of the key part into a restored store, and the key-encryption key to where its configuration
 * says. It comes from the key part, from the file that is named, or from where the configuration has it already.
 * @throws WrongUse where it is not to be found, Error where it is another one
 */
export function writeKeys(
  config: Config,
  part: KeyPart,
  kekFile: string | undefined,
  kept: string | undefined,
): void {
  const ledger = join(config.dataDir, 'ledger');
  const place = kekPathOf(config);
  const source =
    part.kek === undefined ? (kekFile ?? [place, kept].find((path) => path && existsSync(path))) : kekFile;
  const kek =
    source === undefined
      ? part.kek === undefined
        ? undefined
        : Buffer.from(part.kek, 'base64')
      : readFileSync(source);
  if (!kek)
    throw new WrongUse(
      `The key-encryption key is not in this backup: name its file with --kek (it is the one called ${part.kekId})`,
    );
  if (kekIdOf(kek) !== part.kekId)
    throw new Error(
      `${source ?? 'the key part'} is another key-encryption key than the one called ${part.kekId}`,
    );
  if (existsSync(place)) {
    if (!readFileSync(place).equals(kek))
      throw new Error(`${place} holds another key-encryption key already`);
  } else {
    mkdirSync(dirname(place), { recursive: true, mode: 0o700 });
    writeFileSync(place, kek, { mode: 0o600, flag: 'wx', flush: true });
  }
  mkdirSync(ledger, { recursive: true, mode: 0o700 });
  writeFileSync(join(ledger, 'keys.slots'), Buffer.from(part.slots, 'base64'), { mode: 0o600, flush: true });
  kek.fill(0);
}

/**
 * Takes away what was purged since the backup was made: where a part's key is destroyed, its files say nothing any
 * more, and open days that still lie there in clear must not come back. `receipts` are labels of parts that somebody
 * knows to be purged later than the key part. Gives the labels of what went.
 */
export async function dropPurged(
  config: Config,
  storage: StorageAt,
  receipts: readonly string[],
): Promise<string[]> {
  const ledger = join(config.dataDir, 'ledger');
  const kek = readFileSync(kekPathOf(config));
  const slots = new SlotFile(join(ledger, 'keys.slots'), kek);
  for (const label of receipts) slots.destroy(label);
  const gone = slots.labels().filter((label) => slots.isDestroyed(label));
  slots.close();
  const store = openStorage(storage);
  const dropped: string[] = [];
  for (const label of gone) {
    const [what = '', name = '', until] = label.split(' ');
    let found = 0;
    const remove = async (path: string): Promise<void> => {
      if (!existsSync(path)) return;
      await rm(path, { recursive: true });
      found++;
    };
    if (what === 'case') await remove(join(ledger, 'cases', name));
    else if (what === 'kept' && until !== undefined) await remove(join(ledger, 'kept', name, until));
    else if ((LOGS as readonly string[]).includes(what)) {
      for (const file of await readdir(join(ledger, what)).catch(() => []))
        if (file.endsWith(`-${name}.ndjson`)) await remove(join(ledger, what, file));
      for (const object of await store.list(`${what}/sealed/${name}/`)) {
        await store.delete(object.name);
        found++;
      }
    }
    if (found > 0) dropped.push(label);
  }
  return dropped;
}
