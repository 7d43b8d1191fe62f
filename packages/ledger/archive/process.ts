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

  /** @param flags what Node is started with */
  constructor(at: StorageAt, clock: Clock, flags: readonly string[] = []) {
    this.#calls = new ChildCalls({ program, env: storageEnv(at), what: 'the archive process', clock, flags });
  }

  async call(call: ArchiveCall): Promise<unknown> {
    if (call.op === 'forget' && !this.#calls.isRunning) return undefined;
    return this.#calls.call(call);
  }

  close(): Promise<void> {
    return this.#calls.close();
  }
}
