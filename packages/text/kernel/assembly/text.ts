/** UTF-16 units, and symbols, that one text may have here; some more follow whatever is last. */
export const MOST: i32 = 64;
const ROOM: i32 = MOST + 8;

/** The text that is read, in UTF-16 units. */
export const text: usize = memory.data(2 * ROOM, 16);
/** Its symbols, where each begins and ends in the text, how often it stands there, and what is known of it. */
export const symbol: usize = memory.data(2 * ROOM, 16);
export const start: usize = memory.data(4 * ROOM, 16);
export const end: usize = memory.data(4 * ROOM, 16);
export const run: usize = memory.data(4 * ROOM, 16);
export const known: usize = memory.data(4 * ROOM, 16);
/** Places where more is worth while, and what for; symbols that may be read in another way. */
export const place: usize = memory.data(4 * 4 * ROOM, 16);
export const what: usize = memory.data(4 * ROOM, 16);
export const odd: usize = memory.data(4 * ROOM, 16);
/** What was counted: see `COUNTS` in `../kernel.ts`. */
export const counts: usize = memory.data(4 * 9, 16);

/** Where each of these stands, by its number in `../kernel.ts`. */
export function at(which: i32): usize {
  switch (which) {
    case 0:
      return text;
    case 1:
      return symbol;
    case 2:
      return start;
    case 3:
      return end;
    case 4:
      return run;
    case 5:
      return known;
    case 6:
      return place;
    case 7:
      return what;
    case 8:
      return odd;
    default:
      return counts;
  }
}
