import { ALL_STAGES } from '../stage.ts';
import type { Severity, Term, TermKind } from './term.ts';

/** Units up to which a string is put together one by one. */
const SHORT = 12;

/** Many strings one after another as UTF-16 units, and where each ends. */
export type Strings = { units: Uint16Array; ends: Uint32Array };

/** Terms in flat arrays, so that half a million are handed from thread to thread without being copied. */
export type TermTable = {
  term: Strings;
  categories: string[];
  category: Uint16Array;
  severity: Uint8Array;
  /** 1 for allow terms. */
  allow: Uint8Array;
  stages: Uint32Array;
  /** Wall ms; -Infinity and Infinity where unbounded. */
  from: Float64Array;
  to: Float64Array;
  /** Allow contexts of all terms, and for each term the one after its last; empty where no term has any. */
  context: Strings;
  contextEnd: Uint32Array;
};

export function tableOf(terms: readonly Term[]): TermTable {
  const n = terms.length;
  const contexts = terms.flatMap(({ context }) => context);
  const table: TermTable = {
    term: stringsOf(terms.map(({ term }) => term)),
    categories: [],
    category: new Uint16Array(n),
    severity: new Uint8Array(n),
    allow: new Uint8Array(n),
    stages: new Uint32Array(n),
    from: new Float64Array(n),
    to: new Float64Array(n),
    context: stringsOf(contexts),
    contextEnd: new Uint32Array(contexts.length > 0 ? n : 0),
  };
  const categories = new Map<string, number>();
  let contextEnd = 0;
  terms.forEach(({ kind, category, severity, stages, context, from, to }, i) => {
    let id = categories.get(category);
    if (id === undefined) {
      id = categories.size;
      categories.set(category, id);
    }
    table.category[i] = id;
    table.severity[i] = severity;
    table.allow[i] = kind === 'allow' ? 1 : 0;
    table.stages[i] = stages ?? ALL_STAGES;
    table.from[i] = from ?? Number.NEGATIVE_INFINITY;
    table.to[i] = to ?? Number.POSITIVE_INFINITY;
    contextEnd += context.length;
    if (contexts.length > 0) table.contextEnd[i] = contextEnd;
  });
  table.categories = [...categories.keys()];
  return table;
}

function stringsOf(list: readonly string[]): Strings {
  let total = 0;
  const ends = new Uint32Array(list.length);
  list.forEach((text, i) => {
    total += text.length;
    ends[i] = total;
  });
  const units = new Uint16Array(total);
  let at = 0;
  for (const text of list) for (let i = 0; i < text.length; i++) units[at++] = text.charCodeAt(i);
  return { units, ends };
}

function stringAt({ units, ends }: Strings, i: number): string {
  const from = i === 0 ? 0 : (ends[i - 1] as number);
  const to = ends[i] as number;
  if (to - from > SHORT) return String.fromCharCode(...units.subarray(from, to));
  let text = '';
  for (let k = from; k < to; k++) text += String.fromCharCode(units[k] as number);
  return text;
}

/** Whether a term stands at units `from` to before `to` of a text exactly as it is listed. */
export function isTermAt({ term }: TermTable, i: number, text: string, from: number, to: number): boolean {
  const { units, ends } = term;
  const first = i === 0 ? 0 : (ends[i - 1] as number);
  if ((ends[i] as number) - first !== to - from) return false;
  for (let k = from; k < to; k++) if (text.charCodeAt(k) !== units[first + k - from]) return false;
  return true;
}

export const termText = ({ term }: TermTable, i: number): string => stringAt(term, i);

export const termKind = ({ allow }: TermTable, i: number): TermKind => (allow[i] === 1 ? 'allow' : 'deny');

export const termCategory = ({ categories, category }: TermTable, i: number): string =>
  categories[category[i] as number] as string;

export const termSeverity = ({ severity }: TermTable, i: number): Severity => severity[i] as Severity;

/** Allow strings of one term. */
export function termContexts({ context, contextEnd }: TermTable, i: number): string[] {
  const texts: string[] = [];
  const end = contextEnd[i] ?? 0;
  for (let k = i === 0 ? 0 : (contextEnd[i - 1] ?? 0); k < end; k++) texts.push(stringAt(context, k));
  return texts;
}
