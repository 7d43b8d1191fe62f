import { conflicts } from '@weir/look/actions/action.ts';
import { expect, test } from 'vitest';
import { ROOM_ACTIONS } from './actions.ts';

test('no two actions of a room share a key or a name', () => {
  expect(conflicts(ROOM_ACTIONS)).toEqual([]);
});
