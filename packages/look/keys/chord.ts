/**
 * A key as bound: `KeyboardEvent.code`, with `Mod+` (Ctrl, or ⌘ on a Mac) and `Shift+` before it.
 * By code, because an input method or another layout changes `key` but not where the key lies.
 * @example 'KeyX', 'Mod+KeyK', 'Shift+Slash', 'Digit1', 'ArrowLeft'
 */
export type Chord = string;

/** The part of a keyboard event that decides; plain data, so that tests need no browser. */
export type KeyPress = {
  code: string;
  keyCode: number;
  isComposing: boolean;
  repeat: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
};

/** While an input method works on a key, browsers report this keyCode (UI Events, section 7.3.1). */
const KEY_IN_COMPOSITION = 229;

/**
 * The chord of a press, or undefined where the press belongs to an input method, or carries Alt
 * (which types characters on many layouts).
 */
export function chordOf(press: KeyPress): Chord | undefined {
  if (press.isComposing || press.keyCode === KEY_IN_COMPOSITION) return undefined;
  if (!press.code || press.altKey) return undefined;
  const mod = press.ctrlKey || press.metaKey ? 'Mod+' : '';
  return `${mod}${press.shiftKey ? 'Shift+' : ''}${press.code}`;
}

const NAMES: Readonly<Record<string, string>> = {
  Slash: '/',
  'Shift+Slash': '?',
  Escape: 'Esc',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Space: '␣',
};

/** How a chord is written on a key cap: `X`, `1`, `?`, `Ctrl K`, `⌘ K`. */
export function capOf(chord: Chord, mac = false): string {
  const named = NAMES[chord];
  if (named) return named;
  const parts = chord.split('+');
  const code = parts.pop() ?? '';
  const cap = NAMES[code] ?? code.replace(/^(Key|Digit|Numpad)/, '');
  const before = parts.map((part) => (part === 'Mod' ? (mac ? '⌘' : 'Ctrl') : 'Shift'));
  return [...before, cap].join(' ');
}
