import { Problem } from '@weir/kit';
import { clean } from '@weir/rooms';

/**
 * A name in the one form in which it is judged, kept and shown, as messages are (`clean` of rooms): NFC, no direction
 * overrides, trimmed. @throws Problem `bad_request` where nothing is left
 */
export function cleanName(text: string): string {
  const name = clean(text);
  if (name === '') throw new Problem('bad_request', 'A name has at least one letter that is seen');
  return name;
}

/** `stands`: refused again after its owner contested it. `withdrawn`: its owner has set another. */
export type NameState = 'held' | 'refused' | 'contested' | 'stands' | 'released' | 'withdrawn';

/**
 * A title or nickname that the screen doubts: the old one stays until a person has released it; or that it refused
 * (`refused`, answered by nobody), for its owner to contest. What it says, and what
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
