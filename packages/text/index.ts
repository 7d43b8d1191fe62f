export { Across, type AcrossHit, type AcrossResult } from './across/across.ts';
export { type Bounds as AcrossBounds, Memory as AcrossMemory } from './across/memory.ts';
export type { Part, Utterance } from './across/utterance.ts';
export { CONTACT_KINDS, type ContactKind, DEFAULT_CONTACTS } from './contact/kind.ts';
export { Builder, buildInBackground, type Source, SupersededError } from './engine/background.ts';
export { type Compiled, compile } from './engine/compile.ts';
export { Engine, type Overruled, type Result } from './engine/engine.ts';
export { release } from './engine/handover.ts';
export { serve } from './engine/serve.ts';
export { SideProcess } from './engine/sideProcess.ts';
export {
  DEFAULT_THRESHOLDS,
  type Hit,
  type Threshold,
  type Thresholds,
  type Verdict,
} from './engine/verdict.ts';
export {
  Flood,
  type Flooding,
  type FloodLimits,
  type Grade,
  type MachineEvidence,
  type Spoken,
} from './flood/flood.ts';
export { writeCsv } from './lexicon/csv.ts';
export { diffLexicons, type LexiconDiff } from './lexicon/diff.ts';
export { parseLexicon } from './lexicon/parse.ts';
export { type Lexicon, LexiconError, stagesText, type Term, type TermKind } from './lexicon/term.ts';
export { type Match, Matcher } from './matcher/matcher.ts';
export { type StageView, stageViews } from './normalise/stages.ts';
export { ALL_STAGES, parseStages, STAGES, type Stage, type StageMask, stageBit } from './stage.ts';
