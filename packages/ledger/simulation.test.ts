import { describe, expect, it } from 'vitest';
import { simulate } from './testing/simulation.ts';
import { fresh } from './testing/store.ts';
import { verifyStore } from './verify/verify.ts';

const run = (seed: number, dir = fresh()) => simulate({ dir, seed, days: 3, rooms: 20, perHour: 30 });

describe('a simulated ledger', () => {
  it('has the same roots for the same seed, others for another, and nothing left when every term has ended', async () => {
    const dir = fresh();
    const first = await run(7, dir);
    expect(first.records).toBe(3 * 24 * 30);
    expect(first.gone).toBe(first.records);
    expect(first.roots['content']).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    expect((await run(7)).roots).toEqual(first.roots);
    expect((await run(8)).roots).not.toEqual(first.roots);
    const [content] = await verifyStore({ dir });
    expect(content).toMatchObject({ purged: first.records, checked: 0 });
    expect(content?.fault).toBeUndefined();
  }, 180_000);
});
