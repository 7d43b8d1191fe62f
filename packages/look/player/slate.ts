/**
 * Sequence parameter sets of Weir's two stand-in pictures (landscape, portrait): a player that meets them
 * knows that what it shows is not the broadcast.
 */
export const SLATE_PARAMETERS: readonly string[] = [
  '674d4016da0280bfe5c044000003000400000300283c58ba80',
  '674d4016da05c14797c044000003000400000300283c58ba80',
];

const patterns = SLATE_PARAMETERS.map((hex) =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)),
);

/** True where a decoder configuration (avcC, or a whole initialisation segment) is that of a stand-in. */
export function isSlate(config: Uint8Array): boolean {
  return patterns.some((pattern) => contains(config, pattern));
}

function contains(bytes: Uint8Array, pattern: Uint8Array): boolean {
  const first = pattern[0] ?? 0;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (at + pattern.length > bytes.length) return false;
    if (pattern.every((byte, i) => bytes[at + i] === byte)) return true;
  }
  return false;
}
