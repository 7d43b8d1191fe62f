import type { Storage } from '../storage/storage.ts';
import { type Begins, blocksFrom } from '../verify/blocks.ts';
import { linesIn } from '../verify/lines.ts';
import type { ArchiveCall, ArchiveRunner } from './archive.ts';
import { Engine } from './engine.ts';
import { PartLines } from './partLines.ts';
import { sealRun } from './seal.ts';
import { verifyPart } from './verifyPart.ts';

/** Carries calls out in this process, one after another. */
export class InsideRunner implements ArchiveRunner {
  readonly #engine: Engine;
  /** Its memory is used again part after part. */
  readonly #lines = new PartLines();
  /** Of the tree that parts were verified against last. */
  #tree = { of: '', begins: new Map() as Begins };
  #last: Promise<unknown> = Promise.resolve();

  constructor(storage: Storage) {
    this.#engine = new Engine(storage);
  }

  call(call: ArchiveCall): Promise<unknown> {
    const done = this.#last.then(() => this.#run(call));
    this.#last = done.catch(() => {});
    return done;
  }

  async close(): Promise<void> {
    await this.#last;
    this.#engine.close();
  }

  async #run(call: ArchiveCall): Promise<unknown> {
    const engine = this.#engine;
    switch (call.op) {
      case 'lines':
        return engine.lines(call.part, call.key, call.query);
      case 'facts':
        return engine.facts(call.part, call.key);
      case 'forget':
        return engine.forget(call.log, call.day);
      case 'verify': {
        const { part, keys, dir, checkpoint } = call.order;
        const of = `${dir} ${checkpoint.size} ${checkpoint.root.toString('hex')}`;
        if (this.#tree.of !== of) this.#tree = { of, begins: new Map() };
        const blocks = blocksFrom(dir, checkpoint, part.first, this.#tree.begins);
        return verifyPart(engine.storage, part, keys, blocks, this.#lines);
      }
      case 'seal': {
        const { keys, dir, checkpoint, stretches, partRecords, ...job } = call.order;
        const blocks = blocksFrom(dir, checkpoint, job.first);
        return sealRun(engine, job, keys, blocks, linesIn(stretches), partRecords);
      }
    }
  }
}
