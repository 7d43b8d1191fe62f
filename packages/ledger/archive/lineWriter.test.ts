import { describe, expect, it } from 'vitest';
import { type Row, rowsOf } from '../testing/rows.ts';
import { Kernel } from './kernel/kernel.ts';
import { LineWriter } from './lineWriter.ts';

const SALT = Buffer.alloc(32, 'salt');
const ID = '0192f0c0000070008000000000000001';
const row = {
  n: 12_345,
  ts: 1_790_000_000_000,
  kind: 'message.published',
  room: 'r',
  broadcast: 'b',
  user: 'u',
  nickname: '观众7',
  id: ID,
  offset: 3,
  lag: 1_789_999_999_000,
  text: '你好',
} satisfies Row;

/** The line as README, Sealed days, says it is. */
function lineOf(one: Row): string {
  if (one['line'] !== undefined) return String(one['line']);
  const { n, broadcast, kind, nickname, offset, room, text, ts, user } = one;
  const id = String(one['id']).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const pts = Number(ts) - Number(one['lag']);
  return JSON.stringify({ v: 1, n, broadcast, id, kind, nickname, offset, pts, room, text, ts, user });
}

/** Bytes of a row's texts. */
const bytesOf = (one: Row): number =>
  Object.values(one).reduce<number>((sum, value) => sum + Buffer.byteLength(String(value)), 0);

function written(rows: readonly Row[], picked: boolean): string[] {
  const kernel = new Kernel();
  const writer = new LineWriter(kernel);
  const salt = kernel.keep(SALT);
  const read = rowsOf(rows, { picked });
  kernel.load(read);
  writer.begin(Math.max(...rows.map((row) => bytesOf(row))));
  return rows.map((_, i) => {
    const length = writer.write(i, salt);
    expect(writer.salted(length).subarray(0, SALT.length)).toEqual(SALT);
    return writer.line(length).toString('utf8');
  });
}

describe('lines that are written one over another', () => {
  const changes: Row[] = [
    {},
    { nickname: '' },
    { nickname: 'a'.repeat(100), text: '' },
    { n: 12_346, id: ID.replaceAll('0', 'f') },
    { n: 9 },
    { n: 99_999 },
    { n: 100_000 },
    { n: 2 ** 40 },
    { broadcast: '' },
    { broadcast: 'c' },
    { broadcast: 'longer than that' },
    { kind: '' },
    { kind: 'message.recalled' },
    { line: '{"whole":"line, and longer than what stands there before its nickname, far longer"}' },
    { broadcast: 'c', kind: 'k', n: 77_777 },
    { broadcast: 'k', kind: 'c', n: 77_777 },
    { ts: 5, lag: 9, offset: -1, room: '', user: '' },
  ];

  it.each([false, true])(
    'are each what its row says, whatever stood there before (in dictionaries: %s)',
    (picked) => {
      for (const first of changes) {
        const rows = changes.flatMap((second): Row[] => [
          { ...row, ...first },
          { ...row, ...second },
        ]);
        expect(written(rows, picked)).toEqual(rows.map(lineOf));
      }
    },
  );

  it.each(['kind', 'broadcast', 'id', 'nickname', 'room', 'text', 'user', 'n', 'ts', 'offset', 'lag'])(
    'are refused without %s, also behind one that has it',
    (name) => {
      const without = { ...row, [name]: undefined };
      for (const rows of [[without], [without, row], [row, row, without]])
        expect(() => written(rows, false)).toThrow('a row is no record');
    },
  );

  it('have texts of every length, and of as many bytes as a record may have', () => {
    const lengths = [...Array.from({ length: 50 }, (_, length) => length), 5_000, 250_000, 3];
    const rows = lengths.map(
      (length): Row => ({ ...row, text: 'x'.repeat(length), user: 'y'.repeat(length % 40) }),
    );
    for (const picked of [false, true]) expect(written(rows, picked)).toEqual(rows.map(lineOf));
  });

  it('have numbers of every length with every digit', () => {
    const values = Array.from({ length: 16 }, (_, digits) => [
      10 ** digits - 1,
      10 ** digits,
      10 ** digits + 7,
    ]);
    const more = [0, 12_345_678, 123_456_789, 9_876_543_210_123, 1_020_304_050_607, 2 ** 53 - 1];
    const rows = [...values.flat(), ...more].flatMap((n): Row[] => [
      { ...row, n },
      { ...row, offset: -n },
      { ...row, ts: n, lag: n > 5 ? 5 : 0 },
      { ...row, lag: 0, ts: -n },
    ]);
    expect(written(rows, false)).toEqual(rows.map(lineOf));
  });

  it('have the digits of any id', () => {
    const ids = Array.from({ length: 256 }, (_, byte) => Buffer.alloc(16).fill(byte, byte % 16));
    const rows = ids.map((id): Row => ({ ...row, id: id.toString('hex') }));
    expect(written(rows, false)).toEqual(rows.map(lineOf));
  });
});
