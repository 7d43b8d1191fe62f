import { readFileSync } from 'node:fs';
import { Problem, type Timer } from '@weir/kit';
import { writeKeyPart } from '../../backup/store/index.ts';
import { kekPathOf } from '../../kekPathOf.ts';
import type { Control } from '../control.ts';
import { kekIdOf, keyPartBytes } from './keyPart.ts';

/** Where the key part lies, to whom it is encrypted, and whether the key-encryption key goes with it. */
export type KeyTarget = { dir: string; recipients: string[]; withKek: boolean };

/** How often control looks whether it has changed, and after a target that could not be written. */
const LOOK_EACH_MS = 2_000;
const RETRY_MS = 60_000;
/** Written this often without news, so that a restore knows until when cuts are known. */
const RENEW_MS = 3_600_000;

/**
 * Keeps the key part of the last backup current: after a purge, a cut or a closed account it is written anew and the
 * old one overwritten, as soon as the target is there. What cannot be written is tried again; nothing waits for it.
 */
export class KeyCopy {
  readonly #control: Control;
  readonly #timer: Timer;
  #target: KeyTarget | undefined;
  #written: string | undefined;
  #writtenAt: number | undefined;
  #failing = false;
  #notBefore = Number.NEGATIVE_INFINITY;
  #writing: Promise<void> | undefined;

  constructor(control: Control, target: KeyTarget | undefined) {
    this.#control = control;
    this.#target = target;
    this.#timer = control.clock.every(LOOK_EACH_MS, () => this.#look());
  }

  /** When it was written last by this process, wall ms. */
  get writtenAt(): number | undefined {
    return this.#writtenAt;
  }

  /** True while the target cannot be written: a restore from it would not know the latest cuts and purges. */
  get isBehind(): boolean {
    return this.#failing;
  }

  /** Writes it to a target and keeps it up there. @throws Problem storage_failed */
  async follow(target: KeyTarget): Promise<void> {
    await this.#writing?.catch(() => {});
    this.#target = target;
    await this.#write().catch((why: Error) => {
      throw new Problem('storage_failed', why.message);
    });
  }

  async close(): Promise<void> {
    this.#timer.cancel();
    await this.#writing?.catch(() => {});
  }

  #look(): void {
    const { clock, log } = this.#control;
    const now = clock.mono();
    if (!this.#target || this.#writing || now < this.#notBefore) return;
    const renewed = this.#writtenAt !== undefined && clock.now() - this.#writtenAt < RENEW_MS;
    if (renewed && this.#written === this.#state()) return;
    this.#writing = this.#write()
      .catch((why: Error) => {
        this.#notBefore = clock.mono() + RETRY_MS;
        if (!this.#failing)
          log.warn(
            { why: why.message },
            'the key part of the backup is not current; it is tried again each minute',
          );
        this.#failing = true;
      })
      .finally(() => {
        this.#writing = undefined;
      });
  }

  /** What it is made of, briefly. */
  #state(): string {
    const { ledger, tombstones } = this.#control;
    const orders = [...tombstones.standing()].map(({ order }) => order);
    return JSON.stringify([ledger.slots.changes, orders, this.#closed()]);
  }

  #closed(): string[] {
    return this.#control.people.all().flatMap(({ id, disabled }) => (disabled ? [id] : []));
  }

  async #write(): Promise<void> {
    const target = this.#target;
    if (!target) return;
    const { ledger, tombstones, clock, config } = this.#control;
    const state = this.#state();
    const at = clock.now();
    const kek = readFileSync(kekPathOf(config));
    const bytes = keyPartBytes({
      v: 1,
      at,
      slots: ledger.slots.bytes().toString('base64'),
      ...(target.withKek ? { kek: kek.toString('base64') } : {}),
      kekId: kekIdOf(kek),
      cuts: [...tombstones.standing()],
      closed: this.#closed(),
    });
    await writeKeyPart({ dir: target.dir, recipients: target.recipients }, bytes);
    bytes.fill(0);
    this.#written = state;
    this.#writtenAt = at;
    this.#failing = false;
  }
}
