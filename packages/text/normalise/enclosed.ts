/** Letters in squares and circles that NFKC leaves alone, and flags. */
export function enclosed(code: number): string | undefined {
  for (const first of [0x1f150, 0x1f170, 0x1f1e6])
    if (code >= first && code < first + 26) return String.fromCharCode(97 + code - first);
  return undefined;
}
