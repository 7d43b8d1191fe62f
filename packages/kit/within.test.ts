import { expect, it } from 'vitest';
import { realClock } from './clock.ts';
import { within } from './within.ts';

it('gives what comes in time, undefined where it is late, and throws what fails', async () => {
  expect(await within(realClock, 60_000, Promise.resolve('there'))).toBe('there');
  expect(await within(realClock, 5, new Promise(() => {}))).toBeUndefined();
  await expect(within(realClock, 60_000, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
});
