import { type Framed, joinFramed } from './frame.ts';
import type { Piece } from './reel.ts';

/** Longest run of pieces that is joined: slow viewers are counted in steps of what is written at once. */
const JOIN_BYTES = 262_144;

/** What one flush writes: pieces in order, and the same as one write for all who had the piece before them. */
export type Batch = {
  readonly pieces: readonly Piece[];
  /** `after`: number of the piece before; the rest is what a viewer has had with it. */
  readonly whole?: Framed & Pick<Piece, 'seq' | 'version' | 'turn'> & { readonly after: number };
};

export const NO_BATCH: Batch = { pieces: [] };

/**
 * Puts pieces together that follow each other without a gap: a write costs a viewer about as much whatever its length,
 * and a key frame begins a piece. Stamps that begin again, or more bytes than a step, stay apart.
 */
export function batchOf(pieces: readonly Piece[]): Batch {
  const first = pieces[0];
  const last = pieces.at(-1);
  if (!first || !last) return NO_BATCH;
  const bytes = pieces.reduce((sum, { http }) => sum + http.length, 0);
  const isRun = last.seq - first.seq === pieces.length - 1 && first.turn === last.turn;
  if (!isRun || (pieces.length > 1 && bytes > JOIN_BYTES)) return { pieces };
  const { http, ws } = pieces.length === 1 ? first : joinFramed(pieces);
  const { seq, version, turn } = last;
  return { pieces, whole: { http, ws, seq, version, turn, after: first.seq - 1 } };
}
