import type { Clock, Log } from '@weir/kit';
import { type Signature, signatureLine } from '../tree/note.ts';
import { consistencyProof, type ReadTile } from '../tree/proof.ts';
import { type Cosigned, isOf, openCosignature } from './cosignature.ts';
import { type Answer, submit, type WitnessPlace } from './submit.ts';

/** Waits after a witness that did not answer: doubled from the first to the last, ms. */
const BACK_OFF_MS = 1_000;
const MAX_BACK_OFF_MS = 60_000;
/** A checkpoint that stands still is cosigned anew this often: a witness's time is evidence of the hour. */
const RENEW_MS = 3_600_000;

/** A signed checkpoint that is put to witnesses: `text` is what the note says. */
export type Offer = { note: string; text: string; size: number };

type Line = { size: number; line: string; cosigned: Cosigned; askedAt: number };

/** What a log keeps of one witness. */
type Standing = {
  place: WitnessPlace;
  /** The size that it cosigned last, as far as is known. */
  known: number;
  line: Line | undefined;
  failures: number;
  /** Asked again from here on, by the monotonic clock. */
  notBefore: number;
  /** Why it does not cosign this log: it knows another one of the same name. */
  refusal: string | undefined;
};

/**
 * The witnesses of one log. Asked beside the commits, within bounded time; one that does not answer is left alone for
 * a while, and the checkpoint goes out without it.
 */
export class Cosigners {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #standings: Standing[];

  constructor(places: readonly WitnessPlace[], clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
    this.#standings = places.map((place) => ({
      place,
      known: 0,
      line: undefined,
      failures: 0,
      notBefore: Number.NEGATIVE_INFINITY,
      refusal: undefined,
    }));
  }

  /** Takes over what an earlier process was given for this checkpoint; what does not hold is left. */
  keep(text: string, size: number, signatures: readonly Signature[]): void {
    for (const standing of this.#standings) {
      const signature = signatures.find((one) => isOf(one, standing.place.witness));
      if (!signature) continue;
      try {
        const cosigned = openCosignature(text, signature, standing.place.witness);
        const line = signatureLine(signature.name, signature.id, signature.bytes);
        standing.line = { size, line, cosigned, askedAt: Number.NEGATIVE_INFINITY };
        standing.known = size;
      } catch (why) {
        this.#log.warn({ err: why }, 'a cosignature that does not hold is dropped');
      }
    }
  }

  /** The lines that stand for a checkpoint of this size. */
  lines(size: number): string {
    return this.#standings.map(({ line }) => (line?.size === size ? line.line : '')).join('');
  }

  /** True where a witness may be asked about a checkpoint of this size now. */
  isDue(size: number): boolean {
    return size > 0 && this.#standings.some((standing) => this.#isDue(standing, size));
  }

  /** What the witnesses said last, each with its own time. */
  get cosigned(): Cosigned[] {
    return this.#standings.flatMap(({ line }) => (line ? [line.cosigned] : []));
  }

  /** Witnesses that refuse this log, and why: it is older than what they saw, or goes on from something else. */
  get refusals(): { name: string; why: string }[] {
    return this.#standings.flatMap(({ place, refusal }) =>
      refusal === undefined ? [] : [{ name: place.witness.name, why: refusal }],
    );
  }

  /** Asks all that are due, at once; never rejects. */
  async ask(offer: Offer, read: ReadTile): Promise<void> {
    const due = this.#standings.filter((standing) => this.#isDue(standing, offer.size));
    await Promise.all(due.map((standing) => this.#askOne(standing, offer, read)));
  }

  #isDue({ line, notBefore }: Standing, size: number): boolean {
    const now = this.#clock.mono();
    return now >= notBefore && !(line?.size === size && now - line.askedAt < RENEW_MS);
  }

  async #askOne(standing: Standing, offer: Offer, read: ReadTile): Promise<void> {
    const { name } = standing.place.witness;
    try {
      const answer = await this.#put(standing, offer, read);
      if (answer.kind === 'cosigned') {
        if (standing.failures > 0) this.#log.info({ witness: name }, 'the witness cosigns again');
        const askedAt = this.#clock.mono();
        standing.line = { size: offer.size, line: answer.line, cosigned: answer.cosigned, askedAt };
        standing.known = offer.size;
        standing.failures = 0;
        standing.refusal = undefined;
        return;
      }
      standing.refusal =
        answer.kind === 'behind'
          ? `it knows this log at size ${answer.size}, and it has ${offer.size} here: this store was set back`
          : `it answers ${answer.status} ${answer.why}`;
      standing.notBefore = this.#clock.mono() + MAX_BACK_OFF_MS;
      if (standing.failures++ === 0 || answer.kind === 'behind')
        this.#log.error({ witness: name, why: standing.refusal }, 'a witness refuses this log');
    } catch (why) {
      const wait = Math.min(MAX_BACK_OFF_MS, BACK_OFF_MS * 2 ** Math.min(16, standing.failures));
      standing.notBefore = this.#clock.mono() + wait;
      if (standing.failures++ === 0)
        this.#log.warn({ err: why, witness: name }, 'a witness does not answer; it is asked again later');
    }
  }

  /** Puts an offer, a second time from the size that the witness says it knows. */
  async #put(standing: Standing, offer: Offer, read: ReadTile): Promise<Answer> {
    const put = async (old: number): Promise<Answer> => {
      const proof = old > 0 && old < offer.size ? await consistencyProof(old, offer.size, read) : [];
      return submit(standing.place, { old, proof, note: offer.note }, offer.text);
    };
    const first = await put(Math.min(standing.known, offer.size));
    if (first.kind !== 'behind' || first.size > offer.size) return first;
    const second = await put(first.size);
    if (second.kind !== 'behind' || second.size !== first.size) return second;
    return { kind: 'refused', status: 409, why: `it has another root at size ${first.size}` };
  }
}
