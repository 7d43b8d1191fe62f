import { expect, test } from 'vitest';
import type { Api } from '../api.ts';
import type { PlayTicket } from '../broadcast.ts';
import { pageClock } from '../clock.ts';
import { Tickets } from './tickets.ts';

const ticket = (name: string): PlayTicket => ({
  flv: name,
  ws: '',
  hls: '',
  room: '',
  expiresAt: new Date(Date.now() + 300_000).toISOString(),
});

/** Tickets of an API that answers when told to, in any order. */
function asked(): { tickets: Tickets; answers: ((one: PlayTicket) => void)[] } {
  const answers: ((one: PlayTicket) => void)[] = [];
  const post = () => new Promise((resolve) => answers.push(resolve));
  return { tickets: new Tickets({ post } as unknown as Api, 'b', pageClock), answers };
}

test('calls at the same time share one request, and what it brought is kept', async () => {
  const { tickets, answers } = asked();
  const both = [tickets.get(), tickets.get()];
  answers[0]?.(ticket('one'));
  expect((await Promise.all(both)).map(({ flv }) => flv)).toEqual(['one', 'one']);
  expect((await tickets.get()).flv).toBe('one');
  expect(answers).toHaveLength(1);
});

test('one that was on its way when tickets were dropped is for who asked then, and nobody after', async () => {
  const { tickets, answers } = asked();
  const before = tickets.get();
  tickets.drop();
  const after = tickets.get();
  answers[1]?.(ticket('after'));
  expect((await after).flv).toBe('after');
  answers[0]?.(ticket('before'));
  expect((await before).flv).toBe('before');
  expect((await tickets.get()).flv).toBe('after');
  expect(answers).toHaveLength(2);
});
