import { type Engine, type Hit, type StageView, stageViews, type Verdict } from '@weir/text';
import { isTooLong } from '../../screen.ts';
import type { Control } from '../control.ts';

/** What a text comes to, and why. */
export type Trial = {
  version: number;
  verdict: Verdict;
  category: string;
  stages: StageView[];
  hits: Hit[];
  allowed: { term: string; start: number; end: number; overrules: Hit[] }[];
};

/** The last other version that somebody tried: compiling one takes half a second. */
let kept: { control: Control; hash: string; engine: Engine } | undefined;

/** Judges a text by a version, the one in force without a number; counts nothing and keeps nothing. */
export async function tryText(control: Control, text: string, version?: number): Promise<Trial> {
  const engine = await engineFor(control, version);
  const number = version ?? control.lexicon.live.version;
  if (isTooLong(text))
    return { version: number, verdict: 'refuse', category: 'too_long', stages: [], hits: [], allowed: [] };
  const { verdict, hits, overruled } = engine.explain(text, control.clock.now());
  const allowed = new Map<string, Trial['allowed'][number]>();
  for (const { term, start, end, overrules } of overruled) {
    const key = `${start} ${end} ${term}`;
    const one = allowed.get(key) ?? { term, start, end, overrules: [] };
    one.overrules.push(overrules);
    allowed.set(key, one);
  }
  const gravest = hits.toSorted((a, b) => b.severity - a.severity)[0];
  return {
    version: number,
    verdict,
    category: gravest?.category ?? '',
    stages: stageViews(text, engine.compiled.mask),
    hits,
    allowed: [...allowed.values()],
  };
}

async function engineFor(control: Control, version: number | undefined): Promise<Engine> {
  const { lexicon, screen } = control;
  const { hash } = version === undefined ? lexicon.live : lexicon.get(version);
  if (hash === lexicon.live.hash) return screen.engineOf(screen.compiled);
  if (kept?.hash === hash && kept.control === control) return kept.engine;
  const engine = screen.engineOf(await lexicon.mill.build(hash));
  kept = { control, hash, engine };
  return engine;
}
