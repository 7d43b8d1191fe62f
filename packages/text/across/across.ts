import { assertHeld } from '../engine/compile.ts';
import type { Engine } from '../engine/engine.ts';
import { type Hit, stricter, verdictOf } from '../engine/verdict.ts';
import { BIT, stageBit } from '../stage.ts';
import { isMeant, isRead, type Joined, join, type Reach, reachOf } from './joined.ts';
import { Memory } from './memory.ts';
import { Seam } from './seam.ts';
import { headOf, type Part, type Piece, pieceOf, type Utterance } from './utterance.ts';

/** A term that several messages make up: which of them, and what of each. */
export type AcrossHit = Omit<Hit, 'start' | 'end'> & { parts: Part[] };

/** A guess by nature: it goes to a person at most. */
export type AcrossResult = { verdict: 'pass' | 'hold'; hits: AcrossHit[] };

const PASS: AcrossResult = { verdict: 'pass', hits: [] };
/** Persons who may have put a term together. */
const MAX_PERSONS = 3;

/**
 * Finds terms that several messages make up: consecutive ones of one person (the first may begin and the last may go
 * on with something else), or short ones of up to three persons in a room, each nothing but its piece of the term.
 * Give it each message that passed on its own, in the order the room takes them; a message that is not shown is not
 * given. Memory is bounded by rooms, persons, messages and their length (`memory.ts`).
 * @example
 * const across = new Across(engine);
 * across.read({ room, person, id: 'a', text: '蓝鲸', at: 0 }); // pass
 * across.read({ room, person, id: 'b', text: '币', at: 900 }); // hold; parts: a 0–2, b 0–1
 */
export class Across {
  #engine: Engine;
  #seam: Seam;
  readonly #memory: Memory;

  constructor(engine: Engine, memory = new Memory()) {
    this.#engine = engine;
    this.#seam = new Seam(engine.compiled);
    this.#memory = memory;
  }

  /** Another lexicon from now on; what was said before is kept. */
  use(engine: Engine): void {
    this.#engine = engine;
    this.#seam = new Seam(engine.compiled);
  }

  /**
   * Takes a message in and says what it completes. `now`, wall ms, decides which terms are in force.
   * What took part in a hit is forgotten: it is told once.
   */
  read(utterance: Utterance, now = Date.now()): AcrossResult {
    assertHeld(this.#engine.compiled);
    if ((this.#engine.compiled.mask & BIT.across) === 0) return PASS;
    const last: Piece = {
      person: utterance.person,
      id: utterance.id,
      at: utterance.at,
      text: headOf(utterance.text),
      offset: 0,
    };
    const own = this.#memory.ofPerson(utterance);
    const found = this.#ofOne(own, last, now);
    if (found.length === 0)
      for (const pieces of this.#memory.ofOthers(utterance)) {
        const joined = join([...pieces, last]);
        if (this.#seam.crosses(joined)) found.push(...this.#search(joined, now, isOfFew));
        if (found.length > 0) break;
      }
    this.#memory.add(utterance, pieceOf(utterance));
    if (found.length === 0) return PASS;
    this.#memory.forget(
      utterance.room,
      found.flatMap(({ parts }) => parts.map(({ id }) => id)),
    );
    return { verdict: this.#verdict(found), hits: found };
  }

  /** A message is no longer shown: nothing is put together with it. */
  forget(room: string, id: string): void {
    this.#memory.forget(room, [id]);
  }

  /** A room is over. */
  close(room: string): void {
    this.#memory.close(room);
  }

  #ofOne(own: readonly Piece[], last: Piece, now: number): AcrossHit[] {
    if (own.length === 0) return [];
    const joined = join([...own, last]);
    const mayHold = this.#seam.crosses(joined) || this.#seam.fills(joined);
    return mayHold ? this.#search(joined, now, isOfOne) : [];
  }

  #search(
    joined: Joined,
    now: number,
    counts: (text: string, hit: Hit, reach: Reach) => boolean,
  ): AcrossHit[] {
    const found: AcrossHit[] = [];
    for (const hit of this.#engine.check(joined.text, now, BIT.across).hits) {
      const reach = reachOf(joined, hit);
      if (!reach || !counts(joined.text, hit, reach)) continue;
      const { start: _, end: __, ...rest } = hit;
      found.push({ ...rest, parts: reach.parts });
    }
    return found;
  }

  #verdict(hits: readonly AcrossHit[]): 'pass' | 'hold' {
    const { thresholds } = this.#engine;
    const verdict = hits
      .map(({ severity, stages, category }) =>
        verdictOf(
          severity,
          stages.reduce((mask, stage) => mask | stageBit(stage), 0),
          category,
          thresholds,
        ),
      )
      .reduce(stricter, 'pass');
    return verdict === 'pass' ? 'pass' : 'hold';
  }
}

const isOfOne = (text: string, hit: Hit, { whole }: Reach): boolean => whole || isMeant(text, hit);

const isOfFew = (_: string, hit: Hit, { whole, persons }: Reach): boolean =>
  whole && persons > 1 && persons <= MAX_PERSONS && isRead(hit);
