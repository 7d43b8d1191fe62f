import { readFileSync } from 'node:fs';

/** One evasion as a person would write it: the term it means, and where it stands (UTF-16 units). */
export type Written = { term: string; text: string; start: number; end: number };

/** What cannot be seen or ends a line, as the lists write it. */
const ESCAPE = /\\(?:u\{([0-9a-f]+)\}|u([0-9a-f]{4})|([nrt]))/g;
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

const unescaped = (text: string): string =>
  text.replace(ESCAPE, (_, point?: string, unit?: string, control?: string) =>
    control === undefined
      ? String.fromCodePoint(Number.parseInt((point ?? unit) as string, 16))
      : (CONTROLS[control] as string),
  );

/**
 * Reads `written.tsv` and its like: a term, then texts with the evasion between ⟦ and ⟧, split by tabs. What cannot be
 * seen is escaped as in a string.
 */
export function readWritten(name: string): Written[] {
  return readFileSync(new URL(name, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const [term = '', ...texts] = line.split('\t');
      return texts.map((escaped) => {
        const marked = unescaped(escaped);
        const start = marked.indexOf('⟦');
        const end = marked.indexOf('⟧') - 1;
        return { term, text: marked.replace('⟦', '').replace('⟧', ''), start, end };
      });
    });
}
