/** A message that passed on its own, as a room takes it in. `at` is in ms of any clock that never goes back. */
export type Utterance = { room: string; person: string; id: string; text: string; at: number };

/** What of a message took part in a hit: UTF-16 units of its own text. */
export type Part = { id: string; start: number; end: number };

/** UTF-16 units of a message that are kept: a term at its end or its beginning lies within. */
const KEPT = 64;

/** The end of a message that was shown, which a later one may go on from. */
export type Piece = {
  person: string;
  id: string;
  at: number;
  /** The last of its text, and the unit of the message it begins at. */
  text: string;
  offset: number;
};

/** Cuts where no surrogate pair is torn. */
const isInsidePair = (text: string, at: number): boolean =>
  at > 0 &&
  at < text.length &&
  (text.charCodeAt(at) & 0xfc00) === 0xdc00 &&
  (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;

/** What is kept of a message for those behind it. */
export function pieceOf({ person, id, at, text }: Utterance): Piece {
  let offset = Math.max(0, text.length - KEPT);
  if (isInsidePair(text, offset)) offset++;
  return { person, id, at, text: text.slice(offset), offset };
}

/** The beginning of a message, as far as a term that began before may reach. */
export function headOf(text: string): string {
  const end = Math.min(text.length, KEPT);
  return text.slice(0, isInsidePair(text, end) ? end - 1 : end);
}

const CONTENT = /[\p{L}\p{N}]/u;

/** Whether a text has letters, characters or digits: what a term could be made of. */
export const hasContent = (text: string): boolean => CONTENT.test(text);

/** Letters, characters and digits of a text. */
export const contentOf = (text: string): string => text.replace(/[^\p{L}\p{N}]/gu, '');
