import { conflicts } from '@weir/look/actions/action.ts';
import { describe, expect, it, vi } from 'vitest';
import { CONTEST_ACTIONS } from '../contests/actions.ts';
import { DESK_ACTIONS } from '../desk/actions.ts';
import { TERM_ACTIONS } from '../lexicon/terms/actions.ts';
import { VERSION_ACTIONS } from '../lexicon/versions/actions.ts';
import { NOW_ACTIONS, type NowContext } from './actions.ts';
import { REASON_ACTIONS } from './panel/reasons.ts';
import { TALK_ACTIONS } from './talk/actions.ts';

const context = (over: Partial<NowContext>): NowContext => ({
  shown: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] as unknown as NowContext['shown'],
  chosen: () => undefined,
  broadcast: undefined,
  panel: undefined,
  choose: vi.fn(),
  setPanel: vi.fn(),
  openDesk: vi.fn(),
  search: { current: null },
  watch: undefined,
  ...over,
});
const act = (id: string) => NOW_ACTIONS.find((one) => one.id === id) as (typeof NOW_ACTIONS)[number];

describe('the keys of the console', () => {
  it('have no two actions on one key, on the live list and at the desk', () => {
    expect(conflicts([...NOW_ACTIONS, ...TALK_ACTIONS, ...REASON_ACTIONS] as never)).toEqual([]);
    expect(conflicts([...DESK_ACTIONS, ...TALK_ACTIONS, ...REASON_ACTIONS] as never)).toEqual([]);
  });

  it('have no two actions on one key in the lexicon and among contests', () => {
    expect(conflicts(TERM_ACTIONS)).toEqual([]);
    expect(conflicts(VERSION_ACTIONS)).toEqual([]);
    expect(conflicts(CONTEST_ACTIONS)).toEqual([]);
  });

  it('move within the list and stop at its ends', () => {
    const first = context({});
    act('now.next').run(first);
    expect(first.choose).toHaveBeenCalledWith('a');
    const last = context({ chosen: () => 'c' });
    act('now.next').run(last);
    expect(last.choose).toHaveBeenCalledWith('c');
  });

  it('count every press, also faster than the page is drawn', () => {
    let at: string | undefined;
    const one = context({
      chosen: () => at,
      choose: (id) => {
        at = id;
      },
    });
    for (let n = 0; n < 3; n++) act('now.next').run(one);
    expect(at).toBe('c');
  });

  it('cannot cut what is cut, nor restore what is not', () => {
    const live = context({ broadcast: { state: 'live' } as never });
    const cut = context({ broadcast: { state: 'cut' } as never });
    expect([act('now.cut').when?.(live), act('now.restore').when?.(live)]).toEqual([true, false]);
    expect([act('now.cut').when?.(cut), act('now.restore').when?.(cut)]).toEqual([false, true]);
  });

  it('never act again while a key is held, except to move', () => {
    const all = [
      NOW_ACTIONS,
      TALK_ACTIONS,
      DESK_ACTIONS,
      TERM_ACTIONS,
      VERSION_ACTIONS,
      CONTEST_ACTIONS,
    ].flat();
    const repeating = all.filter(({ repeats }) => repeats).map(({ id }) => id);
    expect(repeating).toEqual([
      'now.next',
      'now.previous',
      'talk.next',
      'talk.previous',
      'desk.next',
      'desk.previous',
      'terms.next',
      'terms.previous',
      'versions.next',
      'versions.previous',
      'contests.next',
      'contests.previous',
    ]);
  });
});
