import { expect, test } from 'vitest';
import { Recent } from './recent.ts';

test('what was touched among the latest half is kept, and never more than the bound', () => {
  const recent = new Recent<number, number>(100);
  for (let k = 1; k <= 1_000; k++) {
    recent.set(k, k);
    expect(recent.size).toBeLessThanOrEqual(100);
    expect(recent.get(Math.max(1, k - 20))).toBe(Math.max(1, k - 20));
  }
  expect(recent.get(900)).toBeUndefined();
});

test('what is touched stays, what is deleted is gone, and the size counts each once', () => {
  const recent = new Recent<string, string>(10);
  recent.set('kept', 'a');
  for (let k = 0; k < 100; k++) {
    recent.set(`k${k}`, 'x');
    expect(recent.get('kept')).toBe('a');
  }
  recent.set('kept', 'b');
  expect([...recent.values()].filter((value) => value !== 'x')).toEqual(['b']);
  recent.delete('kept');
  expect(recent.get('kept')).toBeUndefined();
  expect([...recent.entries()]).toHaveLength(recent.size);
});

test('what nobody touched within two terms is gone', () => {
  const recent = new Recent<string, number>(100, 1_000);
  recent.set('a', 1, 0);
  recent.set('b', 2, 1_500);
  expect(recent.get('a', 1_600)).toBe(1);
  recent.set('c', 3, 2_600);
  recent.set('d', 4, 3_700);
  expect([recent.get('a', 3_700), recent.get('c', 3_700)]).toEqual([undefined, 3]);
  recent.set('e', 5, 10_000);
  expect([...recent.values()]).toEqual([5]);
});
