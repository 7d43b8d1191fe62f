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
import { readViolations, thresholdsOf } from './lexicon/violations.ts';

/** Longer texts are refused before anybody looks at them, in code points. */
const MAX_POINTS = 500;

/** Whether a text is longer than anybody looks at. */
export const isTooLong = (text: string): boolean => text.length > MAX_POINTS && [...text].length > MAX_POINTS;

/** What a text comes to: the category of the gravest reason ('' without one), every hit, and by which lexicon. */
export type Screened = { verdict: Verdict; category: string; hits: Hit[]; version: number };

/** A lexicon that screens: its number, 0 for the shipped sample before it has one. */
type InUse = { version: number; engine: Engine };

/** The lexicon that ships, as text. */
export const sampleLexicon = (): string =>
  readFileSync(fileURLToPath(import.meta.resolve('@weir/text/sample.csv')), 'utf8');

/** Screens whatever a person writes: messages, titles, names. Lexicons are changed between two texts, without a pause. */
export class TextScreen {
  readonly counts = new HitCounts();
  readonly #thresholds = thresholdsOf(readViolations());
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
    this.#first = () => ({ version, engine: this.engineOf(typeof first === 'function' ? first() : first) });
    this.#log = log;
    this.#clock = clock;
  }

  /** With the shipped sample lexicon; it takes about 0.2 s when it is first needed. */
  static shipped(log: Log, clock?: Clock): TextScreen {
    return new TextScreen(() => compile(parseLexicon(sampleLexicon()), SERVICE_STAGES), 0, log, clock);
  }

  /** The compiled lexicon in force. */
  get compiled(): Compiled {
    return this.#live.engine.compiled;
  }

  /** What searches for it; another object after each change. */
  get engine(): Engine {
    return this.#live.engine;
  }

  get version(): number {
    return this.#live.version;
  }

  /** Puts a lexicon in force from the next text on. */
  use(compiled: Compiled, version: number): void {
    this.#current = { version, engine: this.engineOf(compiled) };
  }

  /** Tries a lexicon beside the one in force: its hits are counted and nothing comes of them. */
  tryBeside(compiled: Compiled | undefined, version = 0): void {
    this.#shadow = compiled && { version, engine: this.engineOf(compiled) };
  }

  /** The same engine's number, where the lexicon is the same under another. */
  renumber(version: number): void {
    this.#live.version = version;
  }

  /** From which score on hits of a category are held and refused. */
  thresholdOf(category: string): Threshold {
    return this.#thresholds[category] ?? (this.#thresholds[''] as Threshold);
  }

  /** An engine of its own for another lexicon, with the thresholds in force. */
  engineOf(compiled: Compiled): Engine {
    return new Engine(compiled, this.#thresholds);
  }

  /** Never throws: what cannot be judged goes to a person. */
  judge(text: string): Screened {
    const { version } = this.#live;
    if (isTooLong(text)) return { verdict: 'refuse', category: 'too_long', hits: [], version };
    const found = this.#check('live', this.#live, text);
    if (this.#shadow) this.#check('shadow', this.#shadow, text);
    return found;
  }

  /**
   * For what is public as soon as it is stored, such as a title: nothing holds it, so a guess passes.
   * @throws Problem `content_refused` with the category
   */
  admit(text: string | undefined): void {
    if (text === undefined) return;
    const screened = this.judge(text);
    if (screened.verdict === 'refuse')
      throw new Problem('content_refused', `This text is not allowed: ${screened.category}`, {
        category: screened.category,
      });
  }

  get #live(): InUse {
    this.#current ??= this.#first();
    return this.#current;
  }

  #check(which: Which, { engine, version }: InUse, text: string): Screened {
    try {
      const { verdict, hits } = engine.check(text, this.#clock.now());
      if (hits.length > 0) this.counts.add(which, verdict, hits);
      return { verdict, category: verdict === 'pass' ? '' : gravest(hits), hits, version };
    } catch (why) {
      this.#log.error({ err: why, which }, 'a text could not be screened: it waits for a person');
      return { verdict: 'hold', category: '', hits: [], version };
    }
  }
}

const gravest = (hits: readonly Hit[]): string =>
  hits.reduce((a, b) => (b.severity > a.severity ? b : a), hits[0] ?? { category: '', severity: 0 }).category;
