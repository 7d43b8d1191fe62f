import type { Action } from '@weir/look';
import type { RefObject } from 'react';
import { type Entry, keyOf } from '../entry.ts';

/** What stands open at the right of the terms. */
export type TermPanel = { open: 'term'; entry: Entry | undefined } | { open: 'import' | 'save' } | undefined;

export type TermsContext = {
  rows: readonly Entry[];
  chosen: () => string | undefined;
  choose(key: string | undefined): void;
  panel: TermPanel;
  setPanel(panel: TermPanel): void;
  toggleRemoval(entry: Entry): void;
  /** Something waits to be handed in. */
  hasDraft: boolean;
  search: RefObject<HTMLInputElement | null>;
};

const at = ({ rows, chosen }: TermsContext): Entry | undefined => rows.find((one) => keyOf(one) === chosen());

function move({ rows, chosen, choose }: TermsContext, by: number): void {
  const from = rows.findIndex((one) => keyOf(one) === chosen());
  const to = rows[from < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, from + by))];
  if (to) choose(keyOf(to));
}

/** What is done with terms; those who may only read have the movements. */
export const TERM_ACTIONS: readonly Action<TermsContext>[] = [
  {
    id: 'terms.next',
    label: 'console.lexicon.action.next',
    group: 'console.lexicon.title',
    key: 'KeyJ',
    repeats: true,
    run: (context) => move(context, 1),
  },
  {
    id: 'terms.previous',
    label: 'console.lexicon.action.previous',
    group: 'console.lexicon.title',
    key: 'KeyK',
    repeats: true,
    run: (context) => move(context, -1),
  },
  {
    id: 'terms.search',
    label: 'console.action.search',
    group: 'console.lexicon.title',
    key: 'Slash',
    run: ({ search }) => search.current?.focus(),
  },
  {
    id: 'terms.add',
    label: 'console.lexicon.action.add',
    group: 'console.lexicon.title',
    key: 'KeyA',
    permission: 'lexicon',
    run: ({ setPanel }) => setPanel({ open: 'term', entry: undefined }),
  },
  {
    id: 'terms.edit',
    label: 'console.lexicon.action.edit',
    group: 'console.lexicon.title',
    key: 'KeyE',
    permission: 'lexicon',
    when: (context) => at(context) !== undefined,
    run: (context) => {
      const entry = at(context);
      if (entry) context.setPanel({ open: 'term', entry });
    },
  },
  {
    id: 'terms.remove',
    label: 'console.lexicon.action.remove',
    group: 'console.lexicon.title',
    key: 'KeyR',
    permission: 'lexicon',
    when: (context) => at(context) !== undefined,
    run: (context) => {
      const entry = at(context);
      if (entry) context.toggleRemoval(entry);
    },
  },
  {
    id: 'terms.import',
    label: 'console.lexicon.action.import',
    group: 'console.lexicon.title',
    key: 'KeyI',
    permission: 'lexicon',
    run: ({ setPanel }) => setPanel({ open: 'import' }),
  },
  {
    id: 'terms.save',
    label: 'console.lexicon.action.save',
    group: 'console.lexicon.title',
    key: 'KeyS',
    permission: 'lexicon',
    when: ({ hasDraft }) => hasDraft,
    run: ({ setPanel }) => setPanel({ open: 'save' }),
  },
  {
    id: 'terms.back',
    label: 'console.action.back',
    group: 'console.lexicon.title',
    key: 'Escape',
    when: ({ panel, chosen }) => panel !== undefined || chosen() !== undefined,
    run: ({ panel, setPanel, choose }) => (panel ? setPanel(undefined) : choose(undefined)),
  },
];
