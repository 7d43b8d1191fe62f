/** Rows before and after the one that is looked at. */
const AROUND = 2;
const WIDTH_MOST = 120;

/** Lines of a text around line `at` (from 1), each with its number; long ones are cut. */
export function excerpt(text: string, at: number): { at: number; text: string }[] {
  const lines = text.split(/\r\n|\n|\r/);
  const from = Math.max(1, at - AROUND);
  return lines.slice(from - 1, at + AROUND).map((line, i) => ({
    at: from + i,
    text: line.length > WIDTH_MOST ? `${line.slice(0, WIDTH_MOST)}…` : line,
  }));
}
