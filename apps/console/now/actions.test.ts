import { conflicts } from '@weir/look/actions/action.ts';
import { describe, expect, it, vi } from 'vitest';
import { NOW_ACTIONS, type NowContext } from './actions.ts';

const context = (over: Partial<NowContext>): NowContext => ({
  shown: [{ id: 'a' }, { id: 'b' }] as unknown as NowContext['shown'],
  id: undefined,
  broadcast: undefined,
  panel: undefined,
  choose: vi.fn(),
  setPanel: vi.fn(),
  search: { current: null },
  ...over,
});
const act = (id: string) => NOW_ACTIONS.find((one) => one.id === id) as (typeof NOW_ACTIONS)[number];

describe('the keys of the live list', () => {
  it('has no two actions on one key', () => expect(conflicts(NOW_ACTIONS)).toEqual([]));

  it('moves within the list and stops at its ends', () => {
    const first = context({});
    act('now.next').run(first);
    expect(first.choose).toHaveBeenCalledWith('a');
    const last = context({ id: 'b' });
    act('now.next').run(last);
    expect(last.choose).toHaveBeenCalledWith('b');
  });

  it('cannot cut what is cut, nor restore what is not', () => {
    const live = context({ broadcast: { state: 'live' } as never });
    const cut = context({ broadcast: { state: 'cut' } as never });
    expect([act('now.cut').when?.(live), act('now.restore').when?.(live)]).toEqual([true, false]);
    expect([act('now.cut').when?.(cut), act('now.restore').when?.(cut)]).toEqual([false, true]);
  });

  it('never acts again while a key is held, except to move', () => {
    expect(NOW_ACTIONS.filter(({ repeats }) => repeats).map(({ id }) => id)).toEqual([
      'now.next',
      'now.previous',
    ]);
  });
});
