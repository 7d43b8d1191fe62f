import { readFileSync } from 'node:fs';

/** One evasion as a person would write it: the term it means, and where it stands (UTF-16 units). */
export type Written = { term: string; text: string; start: number; end: number };

/** Reads `written.tsv` and its like: a term, then texts with the evasion between ⟦ and ⟧, split by tabs. */
export function readWritten(name: string): Written[] {
  return readFileSync(new URL(name, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const [term = '', ...texts] = line.split('\t');
      return texts.map((marked) => {
        const start = marked.indexOf('⟦');
        const end = marked.indexOf('⟧') - 1;
        return { term, text: marked.replace('⟦', '').replace('⟧', ''), start, end };
      });
    });
}
