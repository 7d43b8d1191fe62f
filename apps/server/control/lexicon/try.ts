import { type Compiled, type Hit, type StageView, stageViews, type Verdict } from '@weir/text';
import type { TextRoute } from '../../lexicon/thresholds.ts';
import { isTooLong } from '../../screen.ts';
import type { Control } from '../control.ts';

/** What a text comes to, and why. */
export type Trial = {
  version: number;
  route: TextRoute;
  /** Version of the thresholds. */
  thresholds: number;
  verdict: Verdict;
  category: string;
  stages: StageView[];
  hits: Hit[];
  allowed: { term: string; start: number; end: number; overrules: Hit[] }[];
};

/** The last other version that somebody tried: compiling one takes half a second. */
let kept: { control: Control; hash: string; compiled: Compiled } | undefined;

/**
 * Judges a text by a version, the one in force without a number, and by the thresholds of where it stands; counts
 * nothing and keeps nothing.
 */
export async function tryText(
  control: Control,
  text: string,
  route: TextRoute = 'message',
  version?: number,
): Promise<Trial> {
  const engine = control.screen.engineOf(await compiledFor(control, version), route);
  const by = {
    version: version ?? control.lexicon.live.version,
    route,
    thresholds: control.screen.thresholds,
  };
  if (isTooLong(text))
    return { ...by, verdict: 'refuse', category: 'too_long', stages: [], hits: [], allowed: [] };
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
    ...by,
    verdict,
    category: gravest?.category ?? '',
    stages: stageViews(text, engine.compiled.mask),
    hits,
    allowed: [...allowed.values()],
  };
}

async function compiledFor(control: Control, version: number | undefined): Promise<Compiled> {
  const { lexicon, screen } = control;
  const { hash } = version === undefined ? lexicon.live : lexicon.get(version);
  if (hash === lexicon.live.hash) return screen.compiled;
  if (kept?.hash === hash && kept.control === control) return kept.compiled;
  const compiled = await lexicon.mill.build(hash);
  kept = { control, hash, compiled };
  return compiled;
}
