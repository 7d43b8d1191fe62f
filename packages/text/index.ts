export { type Compiled, compile } from './engine/compile.ts';
export { Engine, type Result } from './engine/engine.ts';
export { DEFAULT_THRESHOLDS, type Hit, type Thresholds, type Verdict } from './engine/verdict.ts';
export { writeCsv } from './lexicon/csv.ts';
export { diffLexicons } from './lexicon/diff.ts';
export { parseLexicon } from './lexicon/parse.ts';
export { type Lexicon, LexiconError, type Term } from './lexicon/term.ts';
export { type Match, Matcher } from './matcher/matcher.ts';
export { ALL_STAGES, parseStages, STAGES, type Stage, type StageMask, stageBit } from './stage.ts';
