import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '@weir/kit';
import { ChildCalls } from '../child/calls.ts';
import { storageEnv } from '../child/serve.ts';
import type { StorageAt } from '../storage/storage.ts';
import type { ArchiveCall, ArchiveRunner } from './archive.ts';

const program = fileURLToPath(new URL(`./archive.child${extname(import.meta.filename)}`, import.meta.url));

/** Carries calls out in a child process. */
export class ProcessRunner implements ArchiveRunner {
  readonly #calls: ChildCalls;

  constructor(at: StorageAt, clock: Clock) {
    this.#calls = new ChildCalls({ program, env: storageEnv(at), what: 'the archive process', clock });
  }

  async call(call: ArchiveCall): Promise<unknown> {
    if (call.op === 'forget' && !this.#calls.isRunning) return undefined;
    return this.#calls.call(call);
  }

  close(): Promise<void> {
    return this.#calls.close();
  }
}
