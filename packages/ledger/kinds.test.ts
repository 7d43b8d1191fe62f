import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { classOf, KINDS } from './kinds.ts';

describe('the kinds of records', () => {
  it('are documented one by one, with their log and class', () => {
    const text = readFileSync(new URL('./README.md', import.meta.url), 'utf8');
    const rows = [...text.matchAll(/^\| (\w+) \| `([\w.]+)` \| (\w+) \|/gm)].map(([, log, kind, of]) => [
      kind,
      { log, class: of },
    ]);
    expect(Object.fromEntries(rows)).toEqual(KINDS);
  });

  it('of another version, or in another log, are kept like the longest there', () => {
    expect(classOf('content', 'message.published')).toBe('talk');
    expect(classOf('access', 'message.published')).toBe('staff');
    expect(classOf('moderation', 'constructor')).toBe('decision');
  });
});
