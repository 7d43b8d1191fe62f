import { expect, test, vi } from 'vitest';
import { type Action, bindActions, conflicts } from './action.ts';
import { keepKeyChoices, readKeyChoices } from './remap.ts';

const cut: Action<{ live: boolean }> = {
  id: 'broadcast.cut',
  label: 'x',
  key: 'KeyX',
  permission: 'reviewer',
  when: ({ live }) => live,
  run: vi.fn(),
};

test('two actions on one key, or of one name, are a fault', () => {
  expect(conflicts([cut, { id: 'other', key: 'KeyX' }])).toEqual([
    'broadcast.cut and other are both on KeyX',
  ]);
  expect(conflicts([cut, { id: 'broadcast.cut' }])).toEqual(['two actions are called broadcast.cut']);
  expect(conflicts([cut, { id: 'other', key: 'KeyY' }, { id: 'third' }])).toEqual([]);
});

test('who lacks the permission does not have the action at all', () => {
  expect(
    bindActions(
      [cut],
      () => ({ live: true }),
      () => false,
    ),
  ).toEqual([]);
});

test('an action sees the newest context, not that of when it was bound', () => {
  let live = false;
  const [bound] = bindActions(
    [cut],
    () => ({ live }),
    () => true,
  );
  expect(bound?.possible()).toBe(false);
  live = true;
  expect(bound?.possible()).toBe(true);
  bound?.run();
  expect(cut.run).toHaveBeenCalledWith({ live: true });
});

test('keys that a person changed are kept, and rubbish in the store is no choice', () => {
  const kept = new Map<string, string>();
  const store = {
    getItem: (k: string) => kept.get(k) ?? null,
    setItem: (k: string, v: string) => void kept.set(k, v),
  };
  expect(readKeyChoices(store)).toEqual({ off: false, keys: {} });
  keepKeyChoices({ off: true, keys: { 'broadcast.cut': 'KeyQ' } }, store);
  expect(readKeyChoices(store)).toEqual({ off: true, keys: { 'broadcast.cut': 'KeyQ' } });
  kept.set('weir.keys', '{"keys":{"a":1}}');
  expect(readKeyChoices(store)).toEqual({ off: false, keys: {} });
  kept.set('weir.keys', '{');
  expect(readKeyChoices(store)).toEqual({ off: false, keys: {} });
});
