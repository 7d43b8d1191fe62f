import { ApiError, type Session } from '@weir/look';
import {
  createContext,
  type ReactElement,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { api } from '../api.ts';

export type User = Session['user'];

/** Who uses the page: undefined while nobody knows yet, null for a guest. */
type Account = {
  user: User | null | undefined;
  signIn(account: string, password: string): Promise<User>;
  /** One click to a demo account; only where Weir listens on loopback. */
  playRole(role: string): Promise<User>;
  signOut(): Promise<void>;
};

const AccountContext = createContext<Account | undefined>(undefined);

/** Asks who the page belongs to and keeps the answer for everything inside. */
export function SessionProvider(props: { children: ReactNode }): ReactElement {
  const [user, setUser] = useState<User | null | undefined>(undefined);
  /** The question who one is; whoever signs in or out meanwhile is not taken for who they were before. */
  const asked = useRef<AbortController>(undefined);
  const become = useCallback((now: User | null): void => {
    asked.current?.abort();
    setUser(now);
  }, []);
  useEffect(() => {
    const left = new AbortController();
    asked.current = left;
    api
      .get<Session>('/api/session', left.signal)
      .then((session) => {
        if (!left.signal.aborted) setUser(session.user);
      })
      .catch((error: unknown) => {
        // No answer leaves a guest: every page that needs more says so by itself.
        if (error instanceof ApiError && !left.signal.aborted) setUser(null);
      });
    return () => left.abort();
  }, []);
  const enter = useCallback(
    async (path: string, body: object): Promise<User> => {
      const session = await api.post<Session>(path, body);
      become(session.user);
      return session.user;
    },
    [become],
  );
  const account = useMemo<Account>(
    () => ({
      user,
      signIn: (name, password) => enter('/api/session', { account: name, password }),
      playRole: (role) => enter('/api/demo/role', { role }),
      async signOut() {
        await api.delete('/api/session');
        become(null);
      },
    }),
    [user, enter, become],
  );
  return <AccountContext value={account}>{props.children}</AccountContext>;
}

/** Who uses the page, and how they change. */
export function useAccount(): Account {
  const account = useContext(AccountContext);
  if (!account) throw new Error('No SessionProvider around this component');
  return account;
}
