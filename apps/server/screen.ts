import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Clock, type Log, Problem, realClock } from '@weir/kit';
import {
  type Compiled,
  compile,
  Engine,
  type Hit,
  parseLexicon,
  type Threshold,
  type Verdict,
} from '@weir/text';
import { HitCounts, type Which } from './lexicon/counts.ts';
import { SERVICE_STAGES } from './lexicon/stages.ts';
import {
  SHIPPED_THRESHOLDS,
  type TextRoute,
  type ThresholdOrder,
  thresholdsFor,
} from './lexicon/thresholds.ts';

/** Longer texts are refused before anybody looks at them, in code points. */
const MAX_POINTS = 500;

/** Whether a text is longer than anybody looks at. */
export const isTooLong = (text: string): boolean => text.length > MAX_POINTS && [...text].length > MAX_POINTS;

/**
 * What a text comes to: the category of the gravest reason ('' without one), every hit, by which lexicon and by which
 * version of the thresholds.
 */
export type Screened = {
  verdict: Verdict;
  category: string;
  hits: Hit[];
  version: number;
  thresholds: number;
};

/** A lexicon that screens: its number, 0 for the shipped sample before it has one. */
type InUse = {
  version: number;
  compiled: Compiled;
  /** By where a text stands, each made when it is first needed: an edge needs the messages' alone. */
  engines: Map<TextRoute, Engine>;
};

/** The lexicon that ships, as text. */
export const sampleLexicon = (): string =>
  readFileSync(fileURLToPath(import.meta.resolve('@weir/text/sample.csv')), 'utf8');

/** Screens whatever a person writes, each by the thresholds of where it stands. Lexicons are changed between two texts, without a pause. */
export class TextScreen {
  readonly counts = new HitCounts();
  #thresholds: ThresholdOrder = SHIPPED_THRESHOLDS;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #first: () => InUse;
  #current: InUse | undefined;
  #shadow: InUse | undefined;

  /**
   * `clock` tells which terms are in force today. A lexicon given as a function is compiled when it is first needed:
   * at a start another one mostly takes its place before anything is screened.
   */
  constructor(first: Compiled | (() => Compiled), version: number, log: Log, clock: Clock = realClock) {
    this.#first = () => this.#inUse(typeof first === 'function' ? first() : first, version);
    this.#log = log;
    this.#clock = clock;
  }

  /** With the shipped sample lexicon; it takes about 0.2 s when it is first needed. */
  static shipped(log: Log, clock?: Clock): TextScreen {
    return new TextScreen(() => compile(parseLexicon(sampleLexicon()), SERVICE_STAGES), 0, log, clock);
  }

  /** The compiled lexicon in force. */
  get compiled(): Compiled {
    return this.#live.compiled;
  }

  /** What searches messages for it; another object after each change, of thresholds too. */
  get engine(): Engine {
    return this.#engine(this.#live, 'message');
  }

  get version(): number {
    return this.#live.version;
  }

  /** Puts a lexicon in force from the next text on; what was in force. */
  use(compiled: Compiled, version: number): Compiled | undefined {
    const before = this.#current?.compiled;
    this.#current = this.#inUse(compiled, version);
    return before;
  }

  /** Tries a lexicon beside the one in force: its hits are counted and nothing comes of them. What was beside it. */
  tryBeside(compiled: Compiled | undefined, version = 0): Compiled | undefined {
    const before = this.#shadow?.compiled;
    this.#shadow = compiled && this.#inUse(compiled, version);
    return before;
  }

  /** Puts thresholds in force from the next text on. */
  weigh(order: ThresholdOrder): void {
    if (order.version === this.#thresholds.version) return;
    this.#thresholds = order;
    if (this.#current) this.#current = this.#inUse(this.#current.compiled, this.#current.version);
    if (this.#shadow) this.#shadow = this.#inUse(this.#shadow.compiled, this.#shadow.version);
  }

  /** Number of the thresholds in force. */
  get thresholds(): number {
    return this.#thresholds.version;
  }

  /** The same engine's number, where the lexicon is the same under another. */
  renumber(version: number): void {
    this.#live.version = version;
  }

  /** From which score on hits of a category are held and refused. */
  thresholdOf(category: string, route: TextRoute = 'message'): Threshold {
    const all = thresholdsFor(route, this.#thresholds);
    return all[category] ?? (all[''] as Threshold);
  }

  /** An engine of its own for another lexicon, with the thresholds in force. */
  engineOf(compiled: Compiled, route: TextRoute = 'message'): Engine {
    return new Engine(compiled, thresholdsFor(route, this.#thresholds));
  }

  /** Never throws: what cannot be judged goes to a person. */
  judge(text: string, route: TextRoute = 'message'): Screened {
    const { version } = this.#live;
    if (isTooLong(text))
      return { verdict: 'refuse', category: 'too_long', hits: [], version, thresholds: this.thresholds };
    const found = this.#check('live', this.#live, text, route);
    if (this.#shadow) this.#check('shadow', this.#shadow, text, route);
    return found;
  }

  /**
   * For a name, which is public as soon as it is stored: what it comes to, so that a doubtful one waits for a person.
   * @throws Problem `content_refused` with the category
   */
  admit(text: string, route: TextRoute): Screened & { verdict: 'pass' | 'hold' } {
    const screened = this.judge(text, route);
    const { verdict } = screened;
    if (verdict === 'refuse')
      throw new Problem('content_refused', `This text is not allowed: ${screened.category}`, {
        category: screened.category,
      });
    return { ...screened, verdict };
  }

  #inUse(compiled: Compiled, version: number): InUse {
    return { version, compiled, engines: new Map([['message', this.engineOf(compiled)]]) };
  }

  #engine({ compiled, engines }: InUse, route: TextRoute): Engine {
    const made = engines.get(route) ?? this.engineOf(compiled, route);
    engines.set(route, made);
    return made;
  }

  get #live(): InUse {
    this.#current ??= this.#first();
    return this.#current;
  }

  #check(which: Which, inUse: InUse, text: string, route: TextRoute): Screened {
    const { thresholds } = this;
    const { version } = inUse;
    try {
      const { verdict, hits } = this.#engine(inUse, route).check(text, this.#clock.now());
      if (hits.length > 0) this.counts.add(which, verdict, hits);
      return { verdict, category: verdict === 'pass' ? '' : gravest(hits), hits, version, thresholds };
    } catch (why) {
      this.#log.error({ err: why, which }, 'a text could not be screened: it waits for a person');
      return { verdict: 'hold', category: '', hits: [], version, thresholds };
    }
  }
}

const gravest = (hits: readonly Hit[]): string =>
  hits.reduce((a, b) => (b.severity > a.severity ? b : a), hits[0] ?? { category: '', severity: 0 }).category;
