import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Log, Problem } from '@weir/kit';
import { ALL_STAGES, compile, Engine, parseLexicon, stageBit } from '@weir/text';

/** Longer texts are refused before anybody looks at them, in code points. */
const MAX_POINTS = 500;
/** Initials alone are too seldom meant to be switched on without a provider's word. */
const SHIPPED_STAGES = ALL_STAGES & ~stageBit('initial');

/** What a text comes to, and the category of the gravest reason. */
export type Screened = { verdict: 'pass' } | { verdict: 'hold' | 'refuse'; category: string };

/** Screens whatever a person writes: messages, titles, names. */
export class TextScreen {
  readonly #engine: Engine;
  readonly #log: Log;

  constructor(engine: Engine, log: Log) {
    this.#engine = engine;
    this.#log = log;
  }

  /** With the shipped sample lexicon; takes about 0.2 s. */
  static shipped(log: Log): TextScreen {
    const path = fileURLToPath(import.meta.resolve('@weir/text/sample.csv'));
    return new TextScreen(new Engine(compile(parseLexicon(readFileSync(path, 'utf8')), SHIPPED_STAGES)), log);
  }

  /** Never throws: what cannot be judged goes to a person. */
  judge(text: string): Screened {
    if (text.length > MAX_POINTS && [...text].length > MAX_POINTS)
      return { verdict: 'refuse', category: 'too_long' };
    try {
      const { verdict, hits } = this.#engine.check(text);
      if (verdict === 'pass') return { verdict };
      const gravest = hits.reduce(
        (a, b) => (b.severity > a.severity ? b : a),
        hits[0] ?? { category: '', severity: 0 },
      );
      return { verdict, category: gravest.category };
    } catch (why) {
      this.#log.error({ err: why }, 'a text could not be screened: it waits for a person');
      return { verdict: 'hold', category: '' };
    }
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
}
