import { expect, test } from 'vitest';
import { Chosen } from './chosen.ts';

test('fast fingers are ahead of the address, and what it passes on its way moves nobody back', () => {
  const chosen = new Chosen(undefined);
  for (const id of ['a', 'b', 'c']) chosen.choose(id);
  chosen.arrived('a');
  expect(chosen.id).toBe('c');
  chosen.choose('d');
  chosen.arrived('c');
  expect(chosen.id).toBe('d');
  chosen.arrived('d');
  expect(chosen.id).toBe('d');
});

test('an address that nobody chose here is where the page stands', () => {
  const chosen = new Chosen('a');
  chosen.choose('b');
  chosen.arrived('b');
  chosen.arrived('a');
  expect(chosen.id).toBe('a');
  chosen.arrived(undefined);
  expect(chosen.id).toBeUndefined();
});
