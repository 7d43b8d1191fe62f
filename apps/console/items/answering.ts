import { useRef, useState } from 'react';
import type { Pages } from '../paging/usePages.ts';
import type { Choosing } from './choosing.ts';

/** How far the answer to an item is; `failed` says why it could not be written. */
export type Writing = { id: string; failed?: unknown };

/** The answers to the items of a list, of which one is chosen. */
export type Answering<T extends { id: string }, How> = {
  /** What was answered last, and when (wall ms). */
  done: { how: How; at: number } | undefined;
  /** The answer to this item that is being written, or could not be. */
  writingOf(one: T | undefined): Writing | undefined;
  /** Writes an answer, one at a time of each item; what is written is `answered`. Never rejects. */
  answer(one: T, how: How, write: () => Promise<unknown>): Promise<void>;
  /** Takes an item that was answered out of the list, chooses the next one, and loads the list anew. */
  answered(one: T, how: How): void;
};

/** What becomes of a list as its items are answered. */
export function useAnswering<T extends { id: string }, How>(
  { load }: Pages<T>,
  { pass }: Choosing<T> & { pass(from: T): void },
): Answering<T, How> {
  const [writing, setWriting] = useState<Writing>();
  const [done, setDone] = useState<{ how: How; at: number }>();
  const underWay = useRef(new Set<string>());
  const answered = (one: T, how: How): void => {
    setDone({ how, at: Date.now() });
    pass(one);
    load.set((now) => ({ ...now, items: now.items.filter(({ id }) => id !== one.id) }));
    load.reload();
  };
  return {
    done,
    writingOf: (one) => (writing?.id === one?.id ? writing : undefined),
    answered,
    async answer(one, how, write) {
      const { id } = one;
      if (underWay.current.has(id)) return;
      underWay.current.add(id);
      setWriting({ id });
      try {
        await write();
        // Another item may be at it by now.
        setWriting((now) => (now?.id === id ? undefined : now));
        answered(one, how);
      } catch (failed) {
        setWriting({ id, failed });
      } finally {
        underWay.current.delete(id);
      }
    },
  };
}
