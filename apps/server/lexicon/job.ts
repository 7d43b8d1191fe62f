import type { Compiled, TermKind } from '@weir/text';
import type { Entry } from './entry.ts';

/** A lexicon that was read and stored: its file's name, size in bytes, and what it differs in from its base. */
export type Taken = {
  hash: string;
  terms: number;
  bytes: number;
  added: number;
  removed: number;
  changed: number;
};

export type Page = { items: Entry[]; next: number | null };
export type PageQuery = {
  q?: string | undefined;
  category?: string | undefined;
  kind?: TermKind | undefined;
  /** Entries to pass over: the `next` of the page before. */
  after: number;
  limit: number;
};
/** The first entries of each list, and how many there are in all. */
export type Difference = {
  added: Entry[];
  removed: Entry[];
  changed: { before: Entry; after: Entry }[];
  counts: { added: number; removed: number; changed: number };
};

/** What the mill is asked for. `base` is the hash of the lexicon that a new one is compared with. */
export type Job =
  | { op: 'take'; text: string; base?: string | undefined }
  | { op: 'derive'; base: string; add: unknown[]; remove: { term: string; kind?: TermKind | undefined }[] }
  | { op: 'adopt'; hash: string; bytes: Uint8Array }
  | { op: 'build'; hash: string }
  | { op: 'fold'; hash: string; base: string }
  | { op: 'page'; hash: string; query: PageQuery }
  | { op: 'entry'; hash: string; term: string }
  | { op: 'diff'; from: string; to: string; limit: number }
  | { op: 'summary'; hash: string };

/** What each job gives. */
export type Outcome = {
  take: Taken;
  derive: Taken;
  adopt: null;
  build: Compiled;
  fold: null;
  page: Page;
  entry: Entry | null;
  diff: Difference;
  summary: { terms: number; bytes: number; categories: Record<string, number> };
};

/** A lexicon that cannot be read, as it travels from the mill's process. */
export type Fault = {
  name: string;
  message: string;
  line?: number;
  column?: string | undefined;
  code?: string;
};
