import type { View } from '../normalise/view.ts';

/** Rows and columns beyond which nobody writes downwards. */
const MAX_ROWS = 32;
const MAX_COLUMNS = 32;
const MIN_ROWS = 3;

/** What parts rows: lines, or pauses in one. */
const PAUSE = 1;
const BREAK = 2;
const parting = partingUnits();

/** The first symbol of each row, and behind the last row the one after its last; one row more says that they are too many. */
type Rows = { count: number; first: Uint32Array };

const noRows = (): Rows => ({ count: 0, first: new Uint32Array(MAX_ROWS + 2) });
const lines = noRows();
const pauses = noRows();

/**
 * Reads a text downwards into `columns`: column by column, each from top to bottom. Rows are lines, or without any,
 * what stands between pauses. False where there are fewer than three rows.
 */
export function readColumns(text: string, view: View, columns: View): boolean {
  partRows(text, view);
  const rows = areRows(lines) ? lines : pauses;
  if (!areRows(rows)) return false;
  columns.clear(text);
  const { count, first } = rows;
  for (let c = 0; c < MAX_COLUMNS; c++) {
    let any = false;
    for (let r = 0; r < count; r++) {
      const u = (first[r] as number) + c;
      if (u >= (first[r + 1] as number)) continue;
      columns.take(view, u);
      any = true;
    }
    if (!any) break;
  }
  return columns.length > 0;
}

const areRows = ({ count }: Rows): boolean => count >= MIN_ROWS && count <= MAX_ROWS;

/** Finds where rows begin, by lines and by pauses. */
function partRows(text: string, { start, end, length }: View): void {
  lines.count = 0;
  pauses.count = 0;
  if (length === 0) return;
  begin(lines, 0);
  begin(pauses, 0);
  for (let u = 1; u < length; u++) {
    let parts = 0;
    for (let at = end[u - 1] as number; at < (start[u] as number); at++)
      parts |= parting[text.charCodeAt(at)] as number;
    if (parts & BREAK) begin(lines, u);
    if (parts !== 0) begin(pauses, u);
  }
  lines.first[lines.count] = length;
  pauses.first[pauses.count] = length;
}

function begin(rows: Rows, u: number): void {
  if (rows.count > MAX_ROWS) return;
  rows.first[rows.count++] = u;
}

/** Of each UTF-16 unit whether it parts rows. */
function partingUnits(): Uint8Array {
  const units = new Uint8Array(65_536);
  const note = (from: number, to: number): void => {
    for (let code = from; code <= to; code++)
      if (/[\s，。！？；,.!?;、|/]/.test(String.fromCharCode(code))) units[code] = PAUSE;
  };
  // Up to the full stop, and from the byte order mark's block on.
  note(0, 0x3002);
  note(0xfe00, 0xffff);
  for (const code of [0x0a, 0x0d]) units[code] = PAUSE | BREAK;
  return units;
}
