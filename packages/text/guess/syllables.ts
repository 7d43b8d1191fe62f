import { sounds } from './sound.ts';

/** Syllables letter by letter: the node each of 26 letters leads to from a node, and the sound that ends at a node. */
export type Syllables = { next: Uint16Array; sound: Uint16Array };

/** Room for the beginnings of all syllables: about 900. */
const NODES = 2_048;

let made: Syllables | undefined;

/** Syllables as typed, made on first use; 0 leads nowhere. */
export function syllables(): Syllables {
  if (made) return made;
  const next = new Uint16Array(26 * NODES);
  const sound = new Uint16Array(NODES);
  let nodes = 1;
  for (const [syllable, of] of sounds().bySyllable) {
    let node = 0;
    for (let i = 0; i < syllable.length; i++) {
      const at = 26 * node + syllable.charCodeAt(i) - 97;
      if (next[at] === 0) next[at] = nodes++;
      node = next[at] as number;
    }
    sound[node] = of;
  }
  made = { next, sound };
  return made;
}
