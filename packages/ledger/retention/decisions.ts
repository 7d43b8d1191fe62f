import { isHeld, isPublished, type Written } from '../record.ts';
import { type Facts, GOES_ON } from './due.ts';

/** What a cut was decided on: the picture of so long before the order. */
const CUT_WINDOW_MS = 30_000;

type Window = { from: number; to: number; decision: Written };

/**
 * Which records decisions were made about: the message that was recalled, refused or released, and the stretch of the
 * recording before a cut. They are kept as long as the decision.
 */
export class Decisions {
  readonly #byMessage = new Map<string, Written>();
  readonly #byBroadcast = new Map<string, Window[]>();
  readonly #effectEnd: Facts['effectEnd'];

  constructor(effectEnd: Facts['effectEnd']) {
    this.#effectEnd = effectEnd;
  }

  take(decision: Written): void {
    if (decision.kind !== 'decision.made') return;
    const { message, broadcast, ts } = decision as Written & { message?: unknown };
    if (typeof message === 'string')
      this.#byMessage.set(message, this.#longer(this.#byMessage.get(message), decision));
    if ((decision as { decision?: unknown }).decision !== 'cut' || typeof broadcast !== 'string') return;
    const windows = this.#byBroadcast.get(broadcast) ?? [];
    windows.push({ from: ts - CUT_WINDOW_MS, to: ts, decision });
    this.#byBroadcast.set(broadcast, windows);
  }

  /** The decision about a record that lasts longest; undefined without any. */
  on(record: Written): Written | undefined {
    if (typeof record.id === 'string' && (isPublished(record) || isHeld(record) || isMessage(record)))
      return this.#byMessage.get(record.id);
    if (record.kind !== 'segment.recorded' || typeof record.broadcast !== 'string') return undefined;
    const { fromMs, toMs } = record as Written & { fromMs?: number; toMs?: number };
    return (this.#byBroadcast.get(record.broadcast) ?? [])
      .filter(({ from, to }) => (fromMs ?? record.ts) <= to && (toMs ?? record.ts) >= from)
      .map(({ decision }) => decision)
      .reduce<Written | undefined>((a, b) => this.#longer(a, b), undefined);
  }

  #longer(a: Written | undefined, b: Written): Written {
    if (!a) return b;
    const [one, other] = [this.#effectEnd(a), this.#effectEnd(b)];
    if (one === other) return a.ts > b.ts ? a : b;
    return one === GOES_ON || one > other ? a : b;
  }
}

const isMessage = ({ kind }: Written): boolean => kind.startsWith('message.');
