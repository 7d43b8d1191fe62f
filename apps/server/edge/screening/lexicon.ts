import type { Clock } from '@weir/kit';
import type { Mark } from '@weir/rooms';
import { Across, type AcrossHit } from '@weir/text';
import type { TextScreen } from '../../screen.ts';
import type { Step } from './pipeline.ts';

/** The lexicon in force, on one message. */
export function lexiconStep(screen: TextScreen): Step {
  return ({ text }) => {
    const { verdict, category, hits, version, thresholds } = screen.judge(text);
    if (verdict === 'pass') return undefined;
    return {
      verdict,
      category,
      hits: hits.map(({ term, category, start, end, stages }) => ({ term, category, start, end, stages })),
      trace: [{ step: 'lexicon', rule: category || 'unjudged', verdict, lexicon: version, thresholds }],
    };
  };
}

/** The same over several messages; asked of what passes on its own, so that nothing counts that is not shown. */
export class AcrossMessages {
  readonly #screen: TextScreen;
  readonly #clock: Clock;
  readonly #across: Across;
  #engine: TextScreen['engine'];

  constructor(screen: TextScreen, clock: Clock) {
    this.#screen = screen;
    this.#clock = clock;
    this.#engine = screen.engine;
    this.#across = new Across(this.#engine);
  }

  /** A message is recalled: nothing is put together with it. */
  forget(room: string, id: string): void {
    this.#across.forget(room, id);
  }

  /** What was said in a room has reached its term. */
  clear(room: string): void {
    this.#across.close(room);
  }

  readonly step: Step = ({ room, id, user, text }, before) => {
    if (before.verdict !== 'pass') return undefined;
    if (this.#engine !== this.#screen.engine) {
      this.#engine = this.#screen.engine;
      this.#across.use(this.#engine);
    }
    const utterance = { room, person: user.id, id, text, at: this.#clock.mono() };
    const { verdict, hits } = this.#across.read(utterance, this.#clock.now());
    if (verdict === 'pass') return undefined;
    return {
      verdict,
      category: hits[0]?.category ?? '',
      hits: hits.flatMap((hit) => markOf(hit, id)),
      trace: [
        {
          step: 'across',
          rule: hits[0]?.category ?? '',
          verdict,
          lexicon: this.#screen.version,
          thresholds: this.#screen.thresholds,
        },
      ],
    };
  };
}

/** The part of a term that stands in this very message. */
function markOf({ term, category, stages, parts }: AcrossHit, id: string): Mark[] {
  return parts
    .filter((part) => part.id === id)
    .map(({ start, end }) => ({ term, category, start, end, stages }));
}
