/**
 * Ways in which a text may differ from the term it means. Each is a stage that can be switched; a hit names those it
 * needed. README.md describes them.
 */
export const STAGES = [
  'nfkc',
  'case',
  'width',
  'invisible',
  'traditional',
  'numeral',
  'confusable',
  'filler',
  'repeat',
  'contact',
  'leet',
  'split',
  'lookalike',
  'homophone',
  'pinyin',
  'initial',
  'reversed',
  'column',
  'across',
] as const;

export type Stage = (typeof STAGES)[number];

/** Stages as bits: `1 << STAGES.indexOf(stage)`. */
export type StageMask = number;

const bitOf = new Map<string, StageMask>(STAGES.map((stage, i) => [stage, 1 << i]));

/** The bit of one stage. */
export const stageBit = (stage: Stage): StageMask => bitOf.get(stage) as StageMask;

/** Bits by name, for code that asks for one at a time. */
export const BIT = Object.fromEntries(bitOf) as Record<Stage, StageMask>;

export const ALL_STAGES: StageMask = 2 ** STAGES.length - 1;

/** What is guessed rather than read: such a hit goes to a person, never straight to punishment. */
export const GUESSED: StageMask =
  BIT.lookalike | BIT.homophone | BIT.pinyin | BIT.initial | BIT.reversed | BIT.column | BIT.across;

/** Other ways to write the same characters: nobody hides anything by them. */
export const SPELLINGS: StageMask = BIT.nfkc | BIT.case | BIT.width | BIT.traditional;

/** Names of the stages in a mask, in the order of `STAGES`. */
export function stageNames(mask: StageMask): Stage[] {
  const names: Stage[] = [];
  for (let rest = mask & ALL_STAGES; rest !== 0; rest &= rest - 1)
    names.push(STAGES[31 - Math.clz32(rest & -rest)] as Stage);
  return names;
}

/**
 * Reads `all`, `none`, or names separated by commas or bars.
 * @throws RangeError that lists the stages where a name is unknown
 */
export function parseStages(text: string): StageMask {
  if (text === 'all') return ALL_STAGES;
  if (text === 'none') return 0;
  let mask = 0;
  for (const name of text.split(/[,|]/)) {
    const bit = bitOf.get(name.trim());
    if (bit === undefined)
      throw new RangeError(`There is no stage ${JSON.stringify(name)}; there are ${STAGES.join(', ')}`);
    mask |= bit;
  }
  return mask;
}
