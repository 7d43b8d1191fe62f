import {
  createContext,
  type ReactElement,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { Keys } from '../keys/keys.ts';
import { type Action, type BoundAction, bindActions } from './action.ts';
import { Help } from './Help.tsx';
import { Palette } from './Palette.tsx';
import { type KeyChoices, keepKeyChoices, readKeyChoices } from './remap.ts';

/** What a page's actions are kept in: one handler, the actions of everything mounted, and the person's keys. */
export type Scope = {
  readonly actions: readonly BoundAction[];
  readonly choices: KeyChoices;
  choose(choices: KeyChoices): void;
  may(permission: string): boolean;
  add(owner: object, actions: readonly BoundAction[]): () => void;
  open(dialog: 'help' | 'palette' | undefined): void;
};

const ScopeContext = createContext<Scope | undefined>(undefined);
const everything = (): boolean => true;

/**
 * Holds the actions of everything inside it, listens to keys, and offers `?` (help) and Ctrl/⌘K (palette).
 * `may` says whether the person has a permission. One per page.
 */
export function ActionScope(props: {
  may?: (permission: string) => boolean;
  children: ReactNode;
}): ReactElement {
  const may = props.may ?? everything;
  const [keys] = useState(() => new Keys());
  const [owned, setOwned] = useState<ReadonlyMap<object, readonly BoundAction[]>>(new Map());
  const [choices, setChoices] = useState(readKeyChoices);
  const [dialog, setDialog] = useState<'help' | 'palette' | undefined>(undefined);

  const add = useCallback((owner: object, actions: readonly BoundAction[]) => {
    setOwned((now) => new Map(now).set(owner, actions));
    return () =>
      setOwned((now) => {
        const next = new Map(now);
        next.delete(owner);
        return next;
      });
  }, []);
  const choose = useCallback((next: KeyChoices) => {
    keepKeyChoices(next);
    setChoices(next);
  }, []);
  const actions = useMemo(
    () =>
      [...owned.values()].flat().map((action) => {
        const key = choices.keys[action.id];
        return key === undefined ? action : { ...action, key };
      }),
    [owned, choices],
  );

  useEffect(() => keys.listen(window), [keys]);
  useEffect(() => {
    keys.enabled = !choices.off;
  }, [keys, choices.off]);
  useEffect(
    () =>
      keys.bind(
        { chord: 'Mod+KeyK', press: () => setDialog('palette'), inFields: true },
        { chord: 'Shift+Slash', press: () => setDialog('help') },
      ),
    [keys],
  );
  // A dialog has the keyboard to itself: nothing acts behind it. Bound before anybody sees what they act on.
  useLayoutEffect(() => {
    if (dialog) return;
    const bindings = actions.flatMap(({ key, repeats, possible, run, release }) =>
      key === undefined
        ? []
        : [
            {
              chord: key,
              press: () => {
                if (possible()) run();
              },
              ...(release ? { release } : {}),
              ...(repeats ? { repeats } : {}),
              inFields: key === 'Escape',
            },
          ],
    );
    return keys.bind(...bindings);
  }, [keys, actions, dialog]);

  const scope = useMemo<Scope>(
    () => ({ actions, choices, choose, may, add, open: setDialog }),
    [actions, choices, choose, may, add],
  );
  const close = useCallback(() => setDialog(undefined), []);
  return (
    <ScopeContext value={scope}>
      {props.children}
      {dialog === 'help' && <Help scope={scope} onClose={close} />}
      {dialog === 'palette' && <Palette scope={scope} onClose={close} />}
    </ScopeContext>
  );
}

/** The scope around a component; only inside `ActionScope`. */
export function useScope(): Scope {
  const scope = useContext(ScopeContext);
  if (!scope) throw new Error('No ActionScope around this component');
  return scope;
}

/**
 * Puts actions on the page for as long as the component is mounted. The context may change with every
 * render; keys always see that of what is drawn. `actions` should be a constant of the module.
 * @example useActions(ROOM_ACTIONS, { player, share });
 */
export function useActions<Context>(actions: readonly Action<Context>[], context: Context): BoundAction[] {
  const { add, may } = useScope();
  const newest = useRef(context);
  useLayoutEffect(() => {
    newest.current = context;
  });
  const bound = useMemo(() => bindActions(actions, () => newest.current, may), [actions, may]);
  const [owner] = useState(() => ({}));
  useLayoutEffect(() => add(owner, bound), [add, owner, bound]);
  return bound;
}
