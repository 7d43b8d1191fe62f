/** The process in which DuckDB works: calls come over IPC from the ledger's, keys among them; it ends with it. */
import { setPriority } from 'node:os';
import { openStorage, type StorageAt } from '../storage/storage.ts';
import type { ArchiveCall } from './archive.ts';
import { InsideRunner } from './inside.ts';

process.title = 'weir:archive';
// Commits and cuts come first.
setPriority(10);
const at = JSON.parse(process.env['WEIR_STORAGE_AT'] ?? 'null') as StorageAt;
// It may hold the key of a bucket.
delete process.env['WEIR_STORAGE_AT'];
const runner = new InsideRunner(openStorage(at));

process.on('message', async ({ id, call }: { id: number; call: ArchiveCall }) => {
  try {
    process.send?.({ id, value: await runner.call(call) });
  } catch (why) {
    const { name, message } = why as Error;
    const { record } = why as { record?: number };
    process.send?.({ id, error: { name, message, record } });
  }
});
process.on('disconnect', () => process.exit(0));
// What ends the ledger's process by a signal to the group ends this one by its channel, after the last answer.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
