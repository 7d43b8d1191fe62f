import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Screen, shoot } from './screen.ts';
import { SITE } from './site.ts';
import { Stage } from './stage.ts';

/** Fingers, on whatever is as wide as a desk, too. */
const TARGET_PX = 44;
let stage: Stage;
beforeAll(async () => {
  stage = await Stage.set('site');
});
afterAll(() => stage.close());

describe('the site', () => {
  shoot(() => stage, SITE, { phone: TARGET_PX, desk: TARGET_PX });
});

test('every state of the player has its screen, and no two screens share a name', () => {
  const names = SITE.map(({ page, state }: Screen) => `${page}, ${state}`);
  expect(new Set(names).size).toBe(names.length);
  const states =
    'idle connecting muted playing delayed waiting interrupted stalled age_gated closed cut ended unsupported';
  expect(names).toEqual(expect.arrayContaining(states.split(' ').map((state) => `room, ${state}`)));
});
