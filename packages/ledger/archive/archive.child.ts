/** The process in which DuckDB works: calls come over IPC from the ledger's, keys among them; it ends with it. */
import { serveCalls } from '../child/serve.ts';
import type { ArchiveCall } from './archive.ts';
import { InsideRunner } from './inside.ts';

serveCalls('weir:archive', (storage) => {
  const runner = new InsideRunner(storage);
  return (call: ArchiveCall) => runner.call(call);
});
