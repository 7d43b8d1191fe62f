import { join } from 'node:path';
import { type Cut, Tombstones } from '../../control/tombstones.ts';
import type { Tombstone } from '../../wire.ts';

/**
 * Puts cuts from elsewhere beside those of the backup: whatever stands anywhere stands here, until a person restores
 * it. Gives how many stand. @throws Error where a text is none of tombstones
 */
export async function joinTombstones(
  dataDir: string,
  lists: readonly (readonly Cut[])[],
  texts: readonly string[],
): Promise<number> {
  const path = join(dataDir, 'control', 'tombstones.ndjson');
  const own = await Tombstones.open(path);
  try {
    const brought = [...lists, ...texts.map((text) => cutsIn(text))].flat();
    // What follows a cut is done once more where that was not in the backup: each part is harmless twice.
    for (const cut of brought) if (!own.get(cut.broadcast)) await own.cut({ ...cut, done: [] });
    return [...own.standing()].length;
  } finally {
    await own.close();
  }
}

/** Standing cuts of control's file, or of an edge's, whose lines are `{cut}` and `{restore}`. */
function cutsIn(text: string): Cut[] {
  const first = text.slice(0, text.indexOf('\n'));
  if (!/^\{"(cut|restore)":/.test(first)) return [...Tombstones.read(text).standing()];
  const stones = new Map<string, Tombstone>();
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const { cut, restore } = JSON.parse(line) as { cut?: Tombstone; restore?: { broadcast: string } };
    if (cut) stones.set(cut.broadcast, cut);
    else if (restore) stones.delete(restore.broadcast);
  }
  return [...stones.values()].map((stone) => ({ ...stone, by: 'edge', edges: {}, done: [] }));
}
