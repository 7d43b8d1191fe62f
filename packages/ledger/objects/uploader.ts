import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '@weir/kit';
import { ChildCalls } from '../child/calls.ts';
import { storageEnv } from '../child/serve.ts';
import type { StorageAt } from '../storage/storage.ts';
import type { Uploaded, UploadOrder } from './upload.ts';

const program = fileURLToPath(new URL(`./upload.child${extname(import.meta.filename)}`, import.meta.url));

/** Puts files into storage in a process of its own, of lowest priority. */
export class Uploader {
  readonly #calls: ChildCalls;

  constructor(at: StorageAt, clock: Clock) {
    this.#calls = new ChildCalls({ program, env: storageEnv(at), what: 'the upload process', clock });
  }

  /** As `upload`. */
  async put(order: UploadOrder): Promise<Uploaded> {
    return (await this.#calls.call(order)) as Uploaded;
  }

  close(): Promise<void> {
    return this.#calls.close();
  }
}
