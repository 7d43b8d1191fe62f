import { characters, isNaturalPair } from '../data/characters.ts';
import type { Hit } from '../engine/verdict.ts';
import { BIT, GUESSED, type StageMask, stageBit } from '../stage.ts';
import { hasContent, type Part, type Piece } from './utterance.ts';

/** Several messages read as one text. */
export type Joined = {
  text: string;
  pieces: readonly Piece[];
  /** Where each piece begins in the text, and the text's end. */
  starts: readonly number[];
};

export function join(pieces: readonly Piece[]): Joined {
  const starts = [0];
  let text = '';
  for (const piece of pieces) {
    text += piece.text;
    starts.push(text.length);
  }
  return { text, pieces, starts };
}

/** How much of the messages a hit takes. */
export type Reach = {
  parts: Part[];
  persons: number;
  /** Nothing but fillers of these messages lies outside the hit. */
  whole: boolean;
};

/** The messages a hit in a joined text lies in; undefined where it does not reach into the last and one before. */
export function reachOf({ text, pieces, starts }: Joined, { start, end }: Hit): Reach | undefined {
  const last = pieces.length - 1;
  if (start >= (starts[last] as number) || end <= (starts[last] as number)) return undefined;
  const parts: Part[] = [];
  const persons = new Set<string>();
  let whole = true;
  let reachesLast = false;
  pieces.forEach(({ id, person, offset }, i) => {
    const from = starts[i] as number;
    const to = starts[i + 1] as number;
    const a = Math.max(start, from);
    const b = Math.min(end, to);
    if (a >= b || !hasContent(text.slice(a, b))) return;
    parts.push({ id, start: offset + a - from, end: offset + b - from });
    persons.add(person);
    // A piece of which the beginning was cut off is no whole message.
    whole &&= offset === 0 && !hasContent(text.slice(from, a)) && !hasContent(text.slice(b, to));
    reachesLast ||= i === last;
  });
  return reachesLast && parts.length > 1 ? { parts, persons: persons.size, whole } : undefined;
}

const maskOf = ({ stages }: Hit): StageMask => stages.reduce((mask, stage) => mask | stageBit(stage), 0);

/** Whether a hit is read as it stands, apart from lying in several messages. */
export const isRead = (hit: Hit): boolean => (maskOf(hit) & GUESSED & ~BIT.across) === 0;

/**
 * Whether a hit that leaves something of the first or last message over is meant: nothing had to be undone but
 * spellings, and at neither end does it tear a word apart, as 楼上 and 台北 do around 上台.
 */
export function isMeant(text: string, hit: Hit): boolean {
  if (!isRead(hit) || hit.stages.includes('filler')) return false;
  return !isWord(text, hit.start - 1) && !isWord(text, hit.end - 1);
}

/** Whether the characters at `at` and behind it stand side by side in words. */
function isWord(text: string, at: number): boolean {
  if (at < 0 || at + 1 >= text.length) return false;
  const { simple, natural } = characters();
  const plain = (char: string): number => (simple.get(char) ?? char).charCodeAt(0);
  return isNaturalPair(natural, plain(text.charAt(at)), plain(text.charAt(at + 1)));
}
