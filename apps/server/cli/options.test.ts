import { describe, expect, it } from 'vitest';
import { usageOf, WrongUse } from './misuse.ts';
import { calendarDay, checkStretch, instant, json, logName, parse } from './options.ts';
import { checkSearch } from './search.ts';

/** What a call says of how it was used; its class is held too. */
function wrong(act: () => unknown): string {
  try {
    act();
  } catch (why) {
    expect(why).toBeInstanceOf(WrongUse);
    return (why as Error).message;
  }
  return 'nothing';
}

describe('a command that is used wrongly', () => {
  const limit = { ...json, limit: { type: 'string' as const } };

  it.each([
    [['--bogus'], 'there is no option --bogus here'],
    [['-5d'], 'there is no option -5 here'],
    [['--limit'], '--limit needs a value'],
    [['--limit', '-1'], '--limit needs a value'],
    [['--json=x'], '--json takes no value'],
  ])('says in one line what is wrong with %j', (args, said) => {
    expect(wrong(() => parse(args, limit, 0))).toBe(said);
  });

  it('shows how it is used, as far as what was typed is right', () => {
    const help =
      'weir hold list [--json]        what is held\nweir hold extend ID --review DAY\n    keep it\nweir cut ID';
    expect(usageOf(help, ['hold', 'extend', 'x', 'y'])).toBe('weir hold extend ID --review DAY');
    expect(usageOf(help, ['hold'])).toBe('weir hold list [--json]\nweir hold extend ID --review DAY');
    expect(usageOf(help, ['cut', 'a', 'b'])).toBe('weir cut ID');
    expect(usageOf(help, ['reset'])).toBe('see weir help');
  });

  it.each([
    [{ log: 'nolog' }, '--log takes one of content, moderation, access, retention'],
    [{ kind: 'no.such' }, 'there are no records of kind no.such'],
    [{ kind: 'toString' }, 'there are no records of kind toString'],
    [{ log: 'content', kind: 'decision.made' }, 'records of kind decision.made are in the log moderation'],
    [{ user: 'demo-viewer' }, 'user takes the id of an account'],
    [{ room: '17' }, 'room takes the id of a broadcast'],
    [{ user: 'unknown' }, 'nothing'],
    [{ from: '2', to: '1' }, '--from lies before --to'],
    [{ from: '2', to: '2' }, '--from lies before --to'],
    [{ log: 'moderation', kind: 'decision.made', from: '1', to: '2' }, 'nothing'],
  ])('does not search for what cannot be: %j', (query, said) => {
    expect(wrong(() => checkSearch(query as Record<string, string>))).toContain(said);
  });

  it('takes days and logs that there are', () => {
    for (const time of ['01/02/2026', 'v 1', 'yesterday', '2026-13-01'])
      expect(wrong(() => instant('from', time))).toContain('--from takes a time');
    expect(instant('from', '2026-11-24T03:12:05+08:00')).toBe(Date.UTC(2026, 10, 23, 19, 12, 5));
    expect(instant('from', '17')).toBe(17);
    expect(wrong(() => calendarDay('review', '2027-02-29'))).toContain('--review takes a day');
    expect(wrong(() => calendarDay('review', 'tomorrow'))).toContain('--review takes a day');
    expect(calendarDay('review', '2028-02-29')).toBe('2028-02-29');
    expect(wrong(() => logName('all'))).toContain('--log takes one of');
    expect(wrong(() => checkStretch({ from: 5 }))).toBe('nothing');
  });
});
