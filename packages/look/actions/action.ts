import type { Chord } from '../keys/chord.ts';

/**
 * One thing a person can do. Buttons, keys, the palette and the help all come from this object.
 * `label` is a catalogue key. `permission` hides it from those who lack it; `when` greys it out.
 */
export type Action<Context = void> = {
  readonly id: string;
  readonly label: string;
  /** Catalogue key of the heading it stands under in the help. */
  readonly group?: string;
  readonly key?: Chord;
  /** Movement may repeat while the key is held; acts never do. */
  readonly repeats?: boolean;
  readonly permission?: string;
  readonly danger?: boolean;
  readonly when?: (context: Context) => boolean;
  readonly run: (context: Context) => void;
  /** Called when the key is let go, for what lasts only as long as it is held. */
  readonly release?: (context: Context) => void;
};

/** An action with its context bound in: what a page keeps. */
export type BoundAction = Omit<Action, 'when' | 'run' | 'release'> & {
  readonly possible: () => boolean;
  readonly run: () => void;
  readonly release?: () => void;
};

/** Binds a context to actions and drops those that `may` does not allow. `context` is asked at each use. */
export function bindActions<Context>(
  actions: readonly Action<Context>[],
  context: () => Context,
  may: (permission: string) => boolean,
): BoundAction[] {
  return actions
    .filter((action) => action.permission === undefined || may(action.permission))
    .map(({ when, run, release, ...rest }) => ({
      ...rest,
      possible: () => when?.(context()) ?? true,
      run: () => run(context()),
      ...(release ? { release: () => release(context()) } : {}),
    }));
}

/** Pairs of actions of one page that share an id or a key: must be empty, and a test of each page says so. */
export function conflicts(actions: readonly Pick<Action, 'id' | 'key'>[]): string[] {
  const found: string[] = [];
  const byKey = new Map<string, string>();
  const ids = new Set<string>();
  for (const { id, key } of actions) {
    if (ids.has(id)) found.push(`two actions are called ${id}`);
    ids.add(id);
    if (key === undefined) continue;
    const other = byKey.get(key);
    if (other !== undefined && other !== id) found.push(`${other} and ${id} are both on ${key}`);
    byKey.set(key, id);
  }
  return found;
}
