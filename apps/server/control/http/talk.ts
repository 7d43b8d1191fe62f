import { Problem } from '@weir/kit';
import { Type } from 'typebox';
import type { Control } from '../control.ts';
import {
  dismissModerator,
  MAX_WORDS,
  type Moderator,
  type Mute,
  mute,
  NO_TALK,
  nameModerator,
  setWords,
  unmute,
} from '../talk.ts';
import { actorOf } from './lexicon.ts';
import { type Route, route } from './route.ts';
import { Author, Done, list, ReasonCode, Time } from './schema.ts';

/** A week: who is to be silent for longer is a case, not a room's matter. */
const MAX_MINUTES = 7 * 24 * 60;

const ShownModerator = Type.Object({ user: Author, by: Author, at: Time });
const ShownMute = Type.Object({ user: Author, until: Time, reason: Type.String(), by: Author, at: Time });
const Word = Type.Object({
  word: Type.String({ minLength: 2, maxLength: 32, pattern: '\\S.*\\S' }),
  verdict: Type.Union([Type.Literal('hold'), Type.Literal('refuse')]),
});
const Words = Type.Array(Word, { maxItems: MAX_WORDS });

const iso = (at: number): string => new Date(at).toISOString();
const author = ({ people }: Control, id: string) => ({ id, nickname: people.get(id)?.nickname ?? id });

const shownModerator = (control: Control, { person, by, at }: Moderator) => ({
  user: author(control, person),
  by: author(control, by),
  at: iso(at),
});
const shownMute = (control: Control, { person, until, reason, by, at }: Mute) => ({
  user: author(control, person),
  until: iso(until),
  reason,
  by: author(control, by),
  at: iso(at),
});

function personOf(control: Control, id: string | undefined) {
  const person = id === undefined ? undefined : control.people.get(id);
  if (!person) throw new Problem('not_found', 'No person has this id');
  return person;
}

const About = { about: 'broadcast' } as const;

export const talkRoutes: Route[] = [
  route({
    ...About,
    method: 'GET',
    url: '/api/rooms/:id/moderators',
    summary: 'Who moderates a room besides its publisher',
    permission: 'moderate',
    answer: list(ShownModerator),
    run: ({ control, broadcast: { talk = NO_TALK } }) => ({
      items: talk.moderators.map((one) => shownModerator(control, one)),
    }),
  }),
  route({
    ...About,
    method: 'GET',
    url: '/api/rooms/:id/moderators/:user',
    summary: 'Whether somebody moderates a room',
    permission: 'moderate',
    answer: ShownModerator,
    errors: ['not_found'],
    run: ({ control, broadcast: { talk = NO_TALK }, params }) => {
      const one = talk.moderators.find(({ person }) => person === params['user']);
      if (!one) throw new Problem('not_found', 'This person does not moderate the room');
      return shownModerator(control, one);
    },
  }),
  route({
    ...About,
    method: 'PUT',
    url: '/api/rooms/:id/moderators/:user',
    summary: 'Name a moderator of a room; again is no error',
    permission: 'owner_or_staff',
    answer: ShownModerator,
    errors: ['not_found', 'conflict', 'database_unavailable'],
    records: 'moderation',
    run: async (call) => {
      const { control, broadcast, params } = call;
      const person = personOf(control, params['user']);
      return shownModerator(control, await nameModerator(control, broadcast, person, actorOf(call)));
    },
  }),
  route({
    ...About,
    method: 'DELETE',
    url: '/api/rooms/:id/moderators/:user',
    summary: 'Take a moderator’s right back',
    permission: 'owner_or_staff',
    answer: Done,
    errors: ['database_unavailable'],
    records: 'moderation',
    run: async (call) => {
      const { control, broadcast, params } = call;
      await dismissModerator(control, broadcast, params['user'] ?? '', actorOf(call));
      return { ok: true };
    },
  }),
  route({
    ...About,
    method: 'GET',
    url: '/api/rooms/:id/mutes',
    summary: 'Who is muted in a room, until when',
    permission: 'moderate',
    answer: list(ShownMute),
    run: ({ control, broadcast: { talk = NO_TALK } }) => ({
      items: talk.mutes
        .filter(({ until }) => until > control.clock.now())
        .map((one) => shownMute(control, one)),
    }),
  }),
  route({
    ...About,
    method: 'POST',
    url: '/api/rooms/:id/mutes',
    summary: 'Mute somebody in a room for a term; they are told so with their next message',
    permission: 'moderate',
    body: Type.Object({
      user: Type.String({ minLength: 1, maxLength: 64 }),
      minutes: Type.Integer({ minimum: 1, maximum: MAX_MINUTES }),
      reason: ReasonCode,
    }),
    answer: ShownMute,
    status: 201,
    errors: ['not_found', 'forbidden', 'unknown_reason', 'conflict', 'database_unavailable'],
    records: 'moderation',
    run: async (call) => {
      const { control, broadcast, body } = call;
      const ask = { ...body, person: personOf(control, body.user) };
      return shownMute(control, await mute(control, broadcast, ask, actorOf(call)));
    },
  }),
  route({
    ...About,
    method: 'DELETE',
    url: '/api/rooms/:id/mutes/:user',
    summary: 'End a mute before its term',
    permission: 'moderate',
    answer: Done,
    errors: ['database_unavailable'],
    records: 'moderation',
    run: async (call) => {
      const { control, broadcast, params } = call;
      await unmute(control, broadcast, params['user'] ?? '', actorOf(call));
      return { ok: true };
    },
  }),
  route({
    ...About,
    method: 'GET',
    url: '/api/rooms/:id/words',
    summary: 'Words that are held or refused in a room, besides what policy says',
    permission: 'moderate',
    answer: Type.Object({ items: Words }),
    run: ({ broadcast: { talk = NO_TALK } }) => ({ items: talk.words }),
  }),
  route({
    ...About,
    method: 'PUT',
    url: '/api/rooms/:id/words',
    summary: `Replace the words of a room, ${MAX_WORDS} at most; they cannot allow what policy denies`,
    permission: 'moderate',
    body: Type.Object({ items: Words }),
    answer: Type.Object({ items: Words }),
    errors: ['database_unavailable'],
    records: 'moderation',
    run: async (call) => {
      const { control, broadcast, body } = call;
      return { items: await setWords(control, broadcast, body.items, actorOf(call)) };
    },
  }),
];
