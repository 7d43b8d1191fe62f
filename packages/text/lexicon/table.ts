import { ALL_STAGES } from '../stage.ts';
import type { Severity, Term, TermKind } from './term.ts';

/** Terms in flat arrays, so that half a million pass between threads as they are. */
export type TermTable = {
  /** All terms one after another, and where each ends. */
  text: string;
  ends: Uint32Array;
  categories: string[];
  category: Uint16Array;
  severity: Uint8Array;
  /** 1 for allow terms. */
  allow: Uint8Array;
  stages: Uint32Array;
  /** Wall ms; -Infinity and Infinity where unbounded. */
  from: Float64Array;
  to: Float64Array;
  /** Allow context of the few terms that have one. */
  contexts: Map<number, readonly string[]>;
};

export function tableOf(terms: readonly Term[]): TermTable {
  const n = terms.length;
  const table: TermTable = {
    text: terms.map(({ term }) => term).join(''),
    ends: new Uint32Array(n),
    categories: [],
    category: new Uint16Array(n),
    severity: new Uint8Array(n),
    allow: new Uint8Array(n),
    stages: new Uint32Array(n),
    from: new Float64Array(n),
    to: new Float64Array(n),
    contexts: new Map(),
  };
  const categories = new Map<string, number>();
  let end = 0;
  terms.forEach(({ term, kind, category, severity, stages, context, from, to }, i) => {
    end += term.length;
    table.ends[i] = end;
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
    if (context.length > 0) table.contexts.set(i, context);
  });
  table.categories = [...categories.keys()];
  return table;
}

export const termText = ({ text, ends }: TermTable, i: number): string =>
  text.slice(i === 0 ? 0 : (ends[i - 1] as number), ends[i]);

export const termKind = ({ allow }: TermTable, i: number): TermKind => (allow[i] === 1 ? 'allow' : 'deny');

export const termCategory = ({ categories, category }: TermTable, i: number): string =>
  categories[category[i] as number] as string;

export const termSeverity = ({ severity }: TermTable, i: number): Severity => severity[i] as Severity;
