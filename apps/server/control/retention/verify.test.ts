import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeRestored } from '../backup/closure.ts';
import { lawfulGaps } from './verify.ts';

const day = (at: string): number => Date.parse(`${at}T12:00:00+08:00`);

describe('what may be gone without a receipt', () => {
  it('is nothing of a store that never came back from a backup', () => {
    const may = lawfulGaps(mkdtempSync(join(tmpdir(), 'weir-gaps-')), []);
    expect(may({ part: 'day', id: 'content 2026-01-01', log: 'content', day: '2026-01-01' })).toBe(false);
    expect(may({ part: 'case', id: 'case x' })).toBe(false);
  });

  it('is what a restore did not bring back since it had been purged or let go, and nothing else', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'weir-gaps-'));
    mkdirSync(join(dir, 'control'));
    const known = { restoredAt: day('2026-03-20'), knownUntil: day('2026-03-21'), cutAt: day('2026-03-01') };
    const dropped = ['content 2026-02-01', 'kept content 2027-01-01', 'case x'];
    await writeRestored(join(dir, 'control'), { v: 1, step: 'open', generation: 'g', ...known, dropped });
    const may = lawfulGaps(dir, []);
    expect(may({ part: 'day', id: 'content 2026-02-01', log: 'content', day: '2026-02-01' })).toBe(true);
    expect(may({ part: 'kept', id: 'kept content 2027-01-01', log: 'content', day: '2027-01-01' })).toBe(
      true,
    );
    expect(may({ part: 'case', id: 'case x' })).toBe(true);
    expect(may({ part: 'day', id: 'content 2026-01-01', log: 'content', day: '2026-01-01' })).toBe(false);
    expect(may({ part: 'case', id: 'case y' })).toBe(false);
  });

  it('is, of a store restored before that was written down, what was due by the time that it knew of', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'weir-gaps-'));
    mkdirSync(join(dir, 'control'));
    const known = { restoredAt: day('2026-03-20'), knownUntil: day('2026-03-21'), cutAt: day('2026-03-01') };
    await writeRestored(join(dir, 'control'), { v: 1, step: 'open', generation: 'g', ...known });
    const may = lawfulGaps(dir, []);
    const content = (one: string) => may({ part: 'day', id: one, log: 'content', day: one });
    // 60 days, and gone on the 61st.
    expect([content('2026-01-19'), content('2026-01-20')]).toEqual([true, false]);
    const kept = (until: string) => may({ part: 'kept', id: until, log: 'content', day: until });
    expect([kept('2026-03-21'), kept('2026-03-22')]).toEqual([true, false]);
    expect(may({ part: 'case', id: 'case x' })).toBe(true);
  });

  it('is what went before receipts that have had their own term', () => {
    const may = lawfulGaps(mkdtempSync(join(tmpdir(), 'weir-gaps-')), ['2026-04-01', '2026-03-01']);
    const content = (one: string) => may({ part: 'day', id: one, log: 'content', day: one });
    expect([content('2026-01-30'), content('2026-01-31')]).toEqual([true, false]);
  });
});
