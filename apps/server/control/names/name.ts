/** `stands`: refused again after its owner contested it. `withdrawn`: its owner has set another. */
export type NameState = 'held' | 'refused' | 'contested' | 'stands' | 'released' | 'withdrawn';

/**
 * A title or nickname that the screen doubts: the old one stays until a person has released it. What it says, and what
 * was found in it, is in the `content` log under its id (`name.held`). Times are wall ms.
 */
export type HeldName = {
  id: string;
  of: 'title' | 'nickname';
  /** The broadcast or the person. */
  subject: string;
  /** Who is told and may contest. */
  owner: string;
  by: string;
  at: number;
  category: string;
  state: NameState;
  reason: string | null;
  answeredBy: string | null;
  answeredAt: number | null;
  /** When its owner saw the answer. */
  seenAt: number | null;
};

/** States in which a person has to look. */
export const WAITING: readonly NameState[] = ['held', 'contested'];
/** States that a person brought about, of which its owner is told. */
export const ANSWERED: readonly NameState[] = ['refused', 'stands', 'released'];
