import { describe, expect, it } from 'vitest';
import { type Row, rowsOf } from '../testing/rows.ts';
import { Fingerprints } from './fingerprints.ts';

/** The fingerprint of each row, as one text. */
function printsOf(rows: readonly Row[], options?: { picked: boolean }): string[] {
  const { a, b } = keyed.of(rowsOf(rows, options));
  return rows.map((_, i) => `${a[i]} ${b[i]}`);
}

const keyed = new Fingerprints();
const row = {
  n: 1,
  ts: 1_790_000_000_000,
  offset: 7,
  lag: -3,
  kind: 'k',
  room: 'r',
  user: 'u',
  text: '你好',
};

describe('fingerprints of rows', () => {
  it('are the same whether texts stand in a dictionary or not, and wherever the row stands', () => {
    const rows: Row[] = [row, { ...row, text: '' }, { ...row, user: 'v'.repeat(300) }, { n: 4 }, row];
    const plain = printsOf(rows);
    expect(printsOf(rows, { picked: true })).toEqual(plain);
    expect(plain[4]).toBe(plain[0]);
    expect(printsOf([...rows].reverse())).toEqual([...plain].reverse());
  });

  it('differ by every byte of a text, by its length, and by whether there is one', () => {
    for (const length of [0, 1, 2, 3, 4, 63, 64, 65, 66, 200, 1_023, 1_024, 1_025, 3_000]) {
      const text = 'a'.repeat(length);
      const others = [`${text}\0`, `${text}a`, undefined];
      for (let i = 0; i < length; i += length > 100 ? 7 : 1)
        others.push(`${text.slice(0, i)}b${text.slice(i + 1)}`);
      const [first, ...rest] = printsOf([text, ...others].map((one) => ({ ...row, text: one })));
      if (length > 0) rest.push(...printsOf([{ ...row, text: text.slice(1) }]));
      expect(rest).not.toContain(first);
      expect(new Set(rest.slice(0, 3)).size).toBe(3);
    }
  });

  it('differ by every bit of a number, by its sign, and by whether there is one', () => {
    for (const name of ['ts', 'offset', 'lag']) {
      const values = [0, 1, -1, ...Array.from({ length: 52 }, (_, bit) => 2 ** bit)];
      const prints = printsOf([
        ...values.map((value) => ({ ...row, [name]: value })),
        { ...row, [name]: undefined },
      ]);
      // 1 is there twice.
      expect(new Set(prints).size).toBe(values.length);
    }
  });

  it('differ where texts changed places, between columns or between rows', () => {
    const prints = printsOf([
      { kind: 'a', room: 'b' },
      { kind: 'b', room: 'a' },
      { kind: 'a', user: 'b' },
      { kind: 'a', room: 'a' },
      { kind: 'b', room: 'b' },
      { kind: 'ab' },
      { ts: 1 },
      { offset: 1 },
    ]);
    expect(new Set(prints).size).toBe(prints.length);
  });

  it('are others for whoever draws other keys', () => {
    const { a, b } = new Fingerprints().of(rowsOf([row]));
    expect(`${a[0]} ${b[0]}`).not.toBe(printsOf([row])[0]);
  });
});
