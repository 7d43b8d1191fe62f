import { HASH_BYTES } from './hash.ts';
import { fromBase64 } from './note.ts';

/** A tree head: `origin` names the log, `size` counts leaves (C2SP tlog-checkpoint). */
export type Checkpoint = { origin: string; size: number; root: Buffer };

/** The text that is signed. */
export const checkpointText = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${size}\n${root.toString('base64')}\n`;

/**
 * Reads the text of a checkpoint. Extension lines are refused, since Weir writes none, unless `extended` allows them:
 * a witness serves other logs too.
 * @throws Error where it is none
 */
export function parseCheckpoint(text: string, { extended = false } = {}): Checkpoint {
  const [origin = '', size = '', root = '', ...rest] = text.split('\n');
  const checkpoint = { origin, size: Number(size), root: fromBase64(root) };
  if (
    origin === '' ||
    !/^(0|[1-9]\d*)$/.test(size) ||
    !Number.isSafeInteger(checkpoint.size) ||
    checkpoint.root.length !== HASH_BYTES ||
    rest.at(-1) !== '' ||
    (rest.length !== 1 && !(extended && rest.slice(0, -1).every((line) => line !== '')))
  )
    throw new Error('this is no checkpoint');
  return checkpoint;
}
