import type { Chord } from '../keys/chord.ts';

/** What a person changed about keys: all letters off, or one action on another key. */
export type KeyChoices = { readonly off: boolean; readonly keys: Readonly<Record<string, Chord>> };

const STORE = 'weir.keys';
const NONE: KeyChoices = { off: false, keys: {} };
/** More than any page has actions; a longer list in the store is not ours. */
const KEYS_MOST = 200;

/** The choices kept in this browser; anything unreadable counts as none. */
export function readKeyChoices(store: Pick<Storage, 'getItem'> = localStorage): KeyChoices {
  try {
    const kept = JSON.parse(store.getItem(STORE) ?? 'null') as Partial<KeyChoices> | null;
    const pairs = Object.entries(kept?.keys ?? {}).slice(0, KEYS_MOST);
    const keys = Object.fromEntries(pairs.filter(([, chord]) => typeof chord === 'string'));
    return { off: kept?.off === true, keys };
  } catch {
    return NONE;
  }
}

/** Keeps the choices; a browser that keeps nothing forgets them with the page. */
export function keepKeyChoices(choices: KeyChoices, store: Pick<Storage, 'setItem'> = localStorage): void {
  try {
    store.setItem(STORE, JSON.stringify(choices));
  } catch {
    // Private windows of some browsers refuse every write.
  }
}
