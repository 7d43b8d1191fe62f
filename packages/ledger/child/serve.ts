import { setPriority } from 'node:os';
import { Problem } from '@weir/kit';
import { openStorage, type Storage, type StorageAt } from '../storage/storage.ts';
import type { Answer } from './calls.ts';

/** How a child is told its storage, for it may hold the key of a bucket. */
export const storageEnv = (at: StorageAt): Record<string, string> => ({
  WEIR_STORAGE_AT: JSON.stringify(at),
});

/** Serves calls in a child process until its parent is gone: lowest priority, since commits and cuts come first. */
export function serveCalls(
  title: string,
  make: (storage: Storage) => (call: never) => Promise<unknown>,
): void {
  process.title = title;
  setPriority(10);
  const at = JSON.parse(process.env['WEIR_STORAGE_AT'] ?? 'null') as StorageAt;
  delete process.env['WEIR_STORAGE_AT'];
  const act = make(openStorage(at));
  process.on('message', async ({ id, call }: { id: number; call: never }) => {
    let answer: Answer;
    try {
      answer = { id, value: await act(call) };
    } catch (why) {
      const { name, message } = why as Error;
      const { record } = why as { record?: number };
      const problem = why instanceof Problem ? { problem: why.body() } : {};
      answer = { id, error: { name, message, ...(record === undefined ? {} : { record }), ...problem } };
    }
    process.send?.(answer);
  });
  process.on('disconnect', () => process.exit(0));
  // What ends the parent by a signal to the group ends this one by its channel, after the last answer.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});
}
