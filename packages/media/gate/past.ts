import { Problem } from '@weir/kit';
import type { Stretch } from './settings.ts';

/** Stretches that have left or were dropped and are still told to the desk. */
const PAST_MAX = 64;

/** A stretch with its number at this gate, by which all are in order. */
export type Numbered = Stretch & { readonly n: number };

/** What became of the latest stretches that are no longer held. */
export class Past {
  readonly #stretches: Numbered[] = [];

  add(stretch: Numbered): void {
    this.#stretches.push(stretch);
    if (this.#stretches.length > PAST_MAX) this.#stretches.shift();
  }

  /** These and the ones still held, in order. */
  with(held: readonly Numbered[]): Stretch[] {
    return [...this.#stretches, ...held].sort((a, b) => a.n - b.n).map(({ n: _n, ...stretch }) => stretch);
  }

  /** @throws Problem `not_found` where there never was such a stretch, `not_held` where it was dropped */
  mustHaveLeft(id: string): void {
    const past = this.#stretches.find((stretch) => stretch.id === id);
    if (!past) throw new Problem('not_found', 'There is no such stretch at this gate');
    if (past.state === 'dropped') throw new Problem('not_held', 'The stretch was dropped');
  }
}
