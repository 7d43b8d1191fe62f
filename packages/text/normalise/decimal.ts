const DECIMAL = /^\p{Nd}$/u;

/** Value of a decimal digit of any script, undefined for what is none: they stand in tens (Unicode 4.6). */
export function decimalOf(code: number): number | undefined {
  if (!DECIMAL.test(String.fromCodePoint(code))) return undefined;
  let zero = code;
  while (code - zero < 9 && DECIMAL.test(String.fromCodePoint(zero - 1))) zero--;
  return code - zero;
}
