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
import { useAccount } from './session.tsx';

/** Titles and nicknames of one's own that wait for a person, and whose answer was not seen yet (`GET /api/me/news`). */
export type News = { waiting: number; answered: number };

type Told = {
  news: News;
  /** A page that has the names themselves says what is new: nobody has to ask. */
  tell(news: News): void;
  /** Something was set that may wait for a person: asks at once. */
  look(): void;
};

const NONE: News = { waiting: 0, answered: 0 };
/** While something waits and the page is looked at; without anything that waits, only when one comes back to it. */
const EACH_MS = 60_000;

const NewsContext = createContext<Told>({ news: NONE, tell: () => undefined, look: () => undefined });

/** Knows what waits for a person: asked once at a sign-in, and again only while something waits. */
export function NewsProvider(props: { children: ReactNode }): ReactElement {
  const { user } = useAccount();
  const me = user?.id;
  const [news, setNews] = useState(NONE);
  const askedAt = useRef(0);
  /** Grows with each question and each telling: an answer that something newer overtook says nothing. */
  const round = useRef(0);
  const look = useCallback((): void => {
    askedAt.current = Date.now();
    const mine = ++round.current;
    // A mark that is not there tells nothing wrong: the account's own page says where something fails.
    api.get<{ names: News }>('/api/me/news').then(
      ({ names }) => {
        if (round.current === mine) setNews(names);
      },
      () => undefined,
    );
  }, []);
  const tell = useCallback((now: News): void => {
    askedAt.current = Date.now();
    round.current++;
    setNews((old) => (old.waiting === now.waiting && old.answered === now.answered ? old : now));
  }, []);
  useEffect(() => {
    round.current++;
    setNews(NONE);
    if (me !== undefined) look();
  }, [me, look]);
  const waits = news.waiting > 0;
  useEffect(() => {
    if (me === undefined) return;
    const due = (): void => {
      if (document.visibilityState === 'visible' && Date.now() - askedAt.current >= EACH_MS) look();
    };
    const timer = waits ? setInterval(due, EACH_MS) : undefined;
    document.addEventListener('visibilitychange', due);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', due);
    };
  }, [me, waits, look]);
  const told = useMemo(() => ({ news, tell, look }), [news, tell, look]);
  return <NewsContext value={told}>{props.children}</NewsContext>;
}

/** What waits for a person and what was answered. */
export function useNews(): Told {
  return useContext(NewsContext);
}
