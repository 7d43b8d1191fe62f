import type { Clock } from '@weir/kit';
import { compile, DEFAULT_THRESHOLDS, Engine } from '@weir/text';
import { SERVICE_STAGES } from '../../lexicon/stages.ts';
import type { RoomTalk } from '../../wire.ts';
import type { Step } from './pipeline.ts';

/** Rooms whose words are kept compiled; the least used goes first. */
const MAX_ROOMS = 200;
const CATEGORY = 'room_word';

/** A room's words are compiled at most so often: some milliseconds each, whoever changes them how fast. */
const EACH_MS = 1_000;

type Compiled = { words: RoomTalk['words']; engine: Engine; at: number };

/**
 * Words that a publisher or a room's moderator has added: held or refused in that room. They add to policy and take
 * nothing from it: there are no allow terms among them.
 */
export function wordsStep(clock: Clock, talkOf: (room: string) => RoomTalk | undefined): Step {
  const rooms = new Map<string, Compiled>();
  const engineFor = (room: string, words: RoomTalk['words']): Engine => {
    const kept = rooms.get(room);
    const now = clock.mono();
    const stands = kept !== undefined && (kept.words === words || now - kept.at < EACH_MS);
    const one = stands ? kept : { words, engine: engineOf(words), at: now };
    rooms.delete(room);
    rooms.set(room, one);
    if (rooms.size > MAX_ROOMS)
      for (const oldest of rooms.keys()) {
        rooms.delete(oldest);
        break;
      }
    return one.engine;
  };
  return ({ room, text }) => {
    const words = talkOf(room)?.words ?? [];
    if (words.length === 0) return undefined;
    const { verdict, hits } = engineFor(room, words).check(text, clock.now());
    if (verdict === 'pass') return undefined;
    // A word that its room only holds is never refused, however plainly it is said.
    const held = new Set(words.filter((word) => word.verdict === 'hold').map(({ word }) => word));
    const refused =
      verdict === 'refuse' && hits.some(({ term, stages }) => !held.has(term) && isPlain(stages));
    const outcome = refused ? 'refuse' : 'hold';
    return {
      verdict: outcome,
      category: CATEGORY,
      hits: hits.map(({ term, start, end, stages }) => ({ term, category: CATEGORY, start, end, stages })),
      trace: [{ step: 'words', rule: 'room', verdict: outcome }],
    };
  };
}

/** Contacts are the lexicon's matter, in every room alike. */
const engineOf = (words: RoomTalk['words']): Engine =>
  new Engine(compile(lexiconOf(words), SERVICE_STAGES), DEFAULT_THRESHOLDS, []);

const GUESSES = ['lookalike', 'homophone', 'pinyin', 'initial', 'reversed', 'column', 'across'];
const isPlain = (stages: readonly string[]): boolean => !stages.some((stage) => GUESSES.includes(stage));

const lexiconOf = (words: RoomTalk['words']) => ({
  version: '',
  terms: words.map(({ word }) => ({
    term: word,
    kind: 'deny' as const,
    category: CATEGORY,
    severity: 3 as const,
    context: [],
    source: 'room',
  })),
});
