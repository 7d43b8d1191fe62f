import { STAGES as ENGINE_STAGES } from '@weir/text/stage.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { STAGES } from '../../apps/console/lexicon/terms/StageChoice.tsx';
import { CONSOLE } from './console.ts';
import { CONTESTS } from './contests.ts';
import { EVIDENCE } from './evidence.ts';
import { HOLDS } from './holds.ts';
import { LEXICON } from './lexicon.ts';
import { NAMES } from './names.ts';
import { type Screen, shoot } from './screen.ts';
import { SERVICE } from './service.ts';
import { Stage } from './stage.ts';

/** A mouse, and in a hurry a thumb: the least that WCAG 2.2 asks (2.5.8). */
const TARGET_PX = 24;
const ALL = [...CONSOLE, ...LEXICON, ...CONTESTS, ...NAMES, ...EVIDENCE, ...HOLDS, ...SERVICE];
let stage: Stage;
beforeAll(async () => {
  stage = await Stage.set('console');
});
afterAll(() => stage.close());

describe('the console', () => {
  shoot(() => stage, ALL, { phone: TARGET_PX, desk: TARGET_PX });
});

test('no two screens of the console share a name, and each view has its six states', () => {
  const names = ALL.map(({ page, state }: Screen) => `${page}, ${state}`);
  expect(new Set(names).size).toBe(names.length);
  for (const state of ['loading', 'empty', 'error', 'stale', 'forbidden', 'done'])
    for (const page of ['list', 'lexicon', 'contests', 'names', 'floods', 'thresholds', 'evidence', 'holds'])
      expect(names).toContain(`console ${page}, ${state}`);
});

// Pages know look alone, so the list stands in both.
test('the console knows the stages that the text engine has', () => expect(STAGES).toEqual(ENGINE_STAGES));
