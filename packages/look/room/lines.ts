import type { Own } from './own.ts';

/** A line of the list: a public message, or one's own on its way. */
export type Line = {
  key: string;
  id: string | undefined;
  user: { id: string; nickname: string };
  text: string;
  ts: string;
  offset: number;
  own?: Own;
};

/** Lines kept in a page; older ones are in the history. */
const LINES_MOST = 300;

/** Puts a line where its offset belongs; a replay may bring what lies before the newest. One's own goes to the end. */
export function putLine(lines: readonly Line[], line: Line): readonly Line[] {
  const after = line.own ? -1 : lines.findLastIndex((one) => one.offset <= line.offset);
  const at = line.own || after === lines.length - 1 ? lines.length : after + 1;
  return [...lines.slice(0, at), line, ...lines.slice(at)].slice(-LINES_MOST);
}

/** Puts a line of before where its time belongs. */
export function putByTime(lines: readonly Line[], line: Line): readonly Line[] {
  const at = lines.findLastIndex((one) => one.ts <= line.ts) + 1;
  return [...lines.slice(0, at), line, ...lines.slice(at)].slice(-LINES_MOST);
}

/** The same lines with one of them changed. */
export function replaceLine(lines: readonly Line[], line: Line): readonly Line[] {
  return lines.map((one) => (one.key === line.key ? line : one));
}

/** With the connection every answer that is still awaited is lost. */
export function loseSending(lines: readonly Line[]): readonly Line[] {
  return lines.map((line) => (line.own?.state === 'sending' ? { ...line, own: { state: 'lost' } } : line));
}
