import { describe, expect, it } from 'vitest';
import { purgedIn } from './receipts.ts';

const record = (over: object): string =>
  JSON.stringify({ log: 'retention', n: 1, ts: '2026-11-29T05:00:00.000Z', ...over });
const lines = [
  record({ kind: 'hold.placed', id: 'one' }),
  record({
    kind: 'retention.purged',
    id: 'r',
    parts: [{ id: 'content 2026-09-01' }, { id: 'kept content 2026-11-01' }],
  }),
  record({ kind: 'hold.extended', id: 'one' }),
  record({ kind: 'hold.released', id: 'one' }),
  record({ kind: 'retention.confirmed' }),
];

describe('receipts that are brought to a restore', () => {
  it('are what `weir log search --log retention` prints: what went, whatever else stands between', () => {
    const gone = ['content 2026-09-01', 'kept content 2026-11-01', 'case one'];
    expect(purgedIn([`${lines.join('\n')}\n`, ''], Date.parse('2026-11-29T06:00:00Z'))).toEqual(gone);
    expect(purgedIn([lines.join('\n')], undefined)).toEqual(gone);
  });

  it('are refused by a clock that is behind them, as text or as ms', () => {
    const now = Date.parse('2026-11-29T04:00:00Z');
    expect(() => purgedIn([lines.join('\n')], now)).toThrow('is behind the receipts');
    expect(() => purgedIn([record({ kind: 'hold.released', id: 'one', ts: now + 1 })], now)).toThrow(
      'is behind',
    );
  });

  it.each([
    'vm',
    'null',
    '{}',
    record({ kind: 'message.published' }),
    record({ kind: 'hold.released', ts: 'then' }),
  ])('are none: %s', (line) => {
    expect(() => purgedIn([line], undefined)).toThrow('a line of the receipts is none');
  });
});
