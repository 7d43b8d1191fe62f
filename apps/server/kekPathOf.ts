import { join } from 'node:path';
import type { Config } from '@weir/kit';
import { KEK_FILE } from '@weir/ledger/keys/kek.ts';

/** Where the key-encryption key of a store lies: where the configuration says, else beside the ledger. */
export const kekPathOf = ({ kekFile, dataDir }: Pick<Config, 'kekFile' | 'dataDir'>): string =>
  kekFile ?? join(dataDir, 'ledger', KEK_FILE);
