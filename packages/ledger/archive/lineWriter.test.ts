import { describe, expect, it } from 'vitest';
import { type Row, rowsOf } from '../testing/rows.ts';
import { LineWriter } from './lineWriter.ts';

const AT = 32;
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

function written(rows: readonly Row[], picked: boolean): string[] {
  const out = new DataView(new ArrayBuffer(4_096));
  const writer = new LineWriter(rowsOf(rows, { picked }), out, AT);
  return rows.map((_, i) => Buffer.from(out.buffer, AT, writer.write(i) - AT).toString('utf8'));
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
});
