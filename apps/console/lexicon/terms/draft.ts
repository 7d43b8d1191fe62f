import { type Entry, keyOf } from '../entry.ts';

/** One change of the lexicon that was not handed in yet. */
export type Change =
  | { op: 'add'; entry: Entry }
  | { op: 'change'; before: Entry; entry: Entry }
  | { op: 'remove'; entry: Entry };

/** Changes by the key of the entry they begin from, in the order in which they were first made. */
export type Draft = ReadonlyMap<string, Change>;

export const NO_DRAFT: Draft = new Map();
/** Entries that one call takes; more come as CSV. */
export const CHANGES_MOST = 10_000;

/** The key under which a change stands. */
const originOf = (change: Change): string => keyOf(change.op === 'change' ? change.before : change.entry);

/**
 * Takes a change in. What was added here and is changed again stays an addition; what was added and is removed is no
 * change at all; a change back to what it was neither.
 */
export function putChange(draft: Draft, change: Change): Draft {
  const key = originOf(change);
  const next = new Map(draft);
  const before = draft.get(key);
  if (before?.op === 'add') {
    next.delete(key);
    if (change.op !== 'remove') next.set(keyOf(change.entry), { op: 'add', entry: change.entry });
    return next;
  }
  const origin = before?.op === 'change' ? before.before : undefined;
  if (change.op === 'change') {
    const from = origin ?? change.before;
    if (same(from, change.entry)) next.delete(key);
    else next.set(key, { op: 'change', before: from, entry: change.entry });
  } else next.set(key, change.op === 'remove' && origin ? { op: 'remove', entry: origin } : change);
  return next;
}

/** Takes one change back, by the key under which it stands. */
export function dropChange(draft: Draft, key: string): Draft {
  const next = new Map(draft);
  next.delete(key);
  return next;
}

/** The body of `POST /api/lexicon/versions`. */
export function bodyOf(
  draft: Draft,
  note: string,
): { add: Entry[]; remove: Pick<Entry, 'term' | 'kind'>[]; note: string } {
  const changes = [...draft.values()];
  const add = changes.flatMap((change) => (change.op === 'remove' ? [] : [change.entry]));
  // An entry is known by kind and term: where these change, the old one must go.
  const remove = changes.flatMap((change) =>
    change.op === 'remove'
      ? [change.entry]
      : change.op === 'change' && keyOf(change.before) !== keyOf(change.entry)
        ? [change.before]
        : [],
  );
  return { add, remove: remove.map(({ term, kind }) => ({ term, kind })), note };
}

export function countsOf(draft: Draft): Record<Change['op'], number> {
  const counts = { add: 0, change: 0, remove: 0 };
  for (const { op } of draft.values()) counts[op]++;
  return counts;
}

const same = (a: Entry, b: Entry): boolean => JSON.stringify(a) === JSON.stringify(b);

const STORE = 'weir.lexicon.draft';

/** The draft that this tab holds; unreadable counts as none. */
export function readDraft(store: Pick<Storage, 'getItem'> = sessionStorage): Draft {
  try {
    const kept = JSON.parse(store.getItem(STORE) ?? '[]') as Change[];
    return new Map(kept.slice(0, CHANGES_MOST).map((change) => [originOf(change), change]));
  } catch {
    return NO_DRAFT;
  }
}

/** Keeps the draft for as long as the tab is open, so that a reload loses no work. */
export function keepDraft(draft: Draft, store: Pick<Storage, 'setItem'> = sessionStorage): void {
  try {
    store.setItem(STORE, JSON.stringify([...draft.values()]));
  } catch {
    // Too large for the browser, or a private window: it lives as long as the page.
  }
}
