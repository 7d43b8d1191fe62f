/** What a person chose: their system's theme, or one of the two. */
export type ThemeChoice = 'system' | 'light' | 'dark';

const STORE = 'weir.theme';
const DARK = '(prefers-color-scheme: dark)';
const heard = new Set<() => void>();

/** The choice kept in this browser; `system` where none is. */
export function themeChoice(): ThemeChoice {
  const kept = read();
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

/** The theme that is shown now. */
export function shownTheme(): 'light' | 'dark' {
  const choice = themeChoice();
  if (choice !== 'system') return choice;
  return matchMedia(DARK).matches ? 'dark' : 'light';
}

/** Puts the theme on the page and keeps following the system. Called once, before the first paint. */
export function followTheme(): void {
  const show = (): void => {
    document.documentElement.dataset['theme'] = shownTheme();
    for (const tell of heard) tell();
  };
  matchMedia(DARK).addEventListener('change', show);
  show();
}

/** Keeps a person's choice and shows it. */
export function chooseTheme(choice: ThemeChoice): void {
  try {
    if (choice === 'system') localStorage.removeItem(STORE);
    else localStorage.setItem(STORE, choice);
  } catch {
    // A browser that keeps nothing still shows the choice until the page is left.
  }
  document.documentElement.dataset['theme'] = choice === 'system' ? shownTheme() : choice;
  for (const tell of heard) tell();
}

/** Calls `tell` whenever the shown theme may have changed; returns how to stop. */
export function onTheme(tell: () => void): () => void {
  heard.add(tell);
  return () => void heard.delete(tell);
}

function read(): string | null {
  try {
    return localStorage.getItem(STORE);
  } catch {
    return null;
  }
}

/**
 * The value of a token as the page shows it now, e.g. `tokenValue('accent')`, for libraries that want
 * a colour rather than a variable (antd's theme).
 */
export function tokenValue(name: string, on: Element = document.documentElement): string {
  return getComputedStyle(on).getPropertyValue(`--${name}`).trim();
}
