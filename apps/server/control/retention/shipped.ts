import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseRetention, type RetentionPolicy } from '@weir/ledger';

const FILE = fileURLToPath(new URL('../../../../policies/retention.json', import.meta.url));

/** The shipped terms. @throws Error naming what is wrong with them */
export const readRetention = (path = FILE): RetentionPolicy =>
  parseRetention(JSON.parse(readFileSync(path, 'utf8')));
