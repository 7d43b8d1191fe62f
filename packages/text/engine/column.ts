import type { View } from '../normalise/view.ts';

/** Rows and columns beyond which nobody writes downwards. */
const MAX_ROWS = 32;
const MAX_COLUMNS = 32;
const MIN_ROWS = 3;

const isBreak = (char: string): boolean => char === '\n' || char === '\r';
const isPause = (char: string): boolean => /[\s，。！？；,.!?;、|/]/.test(char);

/**
 * Reads a text downwards into `columns`: column by column, each from top to bottom. Rows are lines, or without any,
 * what stands between pauses. False where there are fewer than three rows.
 */
export function readColumns(text: string, view: View, columns: View): boolean {
  const rows = rowsOf(text, view, isBreak) ?? rowsOf(text, view, isPause);
  if (!rows) return false;
  columns.clear(text);
  for (let c = 0; c < MAX_COLUMNS; c++) {
    let any = false;
    for (const [first, last] of rows) {
      if (first + c >= last) continue;
      columns.take(view, first + c);
      any = true;
    }
    if (!any) break;
  }
  return columns.length > 0;
}

/** First unit and the one after the last of each row; undefined where there are too few or too many. */
function rowsOf(text: string, view: View, ends: (char: string) => boolean): [number, number][] | undefined {
  const rows: [number, number][] = [];
  let first = 0;
  for (let u = 1; u <= view.length; u++) {
    const between = u === view.length ? '\n' : text.slice(view.end[u - 1], view.start[u]);
    if (u < view.length && ![...between].some(ends)) continue;
    rows.push([first, u]);
    first = u;
    if (rows.length > MAX_ROWS) return undefined;
  }
  return rows.length >= MIN_ROWS ? rows : undefined;
}
