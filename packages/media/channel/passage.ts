import type { Outlet, Release } from '../packet.ts';

/** What a player bears between two frames without a pause; what was not let out shrinks to this. */
const SEAM_MS = 40;

/**
 * The last door behind the gate: passes releases to the fan-outs while the edge may serve.
 * After it was shut it waits for a key frame, since decoders have missed what came between, and goes on where the
 * timeline stood: viewers see no leap.
 */
export class Passage implements Outlet {
  readonly #outlets: readonly Outlet[];
  readonly #mayServe: () => boolean;
  readonly #configs = new Map<string, Release>();
  #shut = false;
  #waiting = false;
  #video = false;
  #lastAt = 0;
  #lostMs = 0;

  constructor(outlets: readonly Outlet[], mayServe: () => boolean) {
    this.#outlets = outlets;
    this.#mayServe = mayServe;
  }

  /** How much of the gate's timeline was never let out, ms. */
  get lostMs(): number {
    return this.#lostMs;
  }

  write(release: Release): void {
    const { packet } = release;
    if (packet.role === 'config') this.#configs.set(packet.track, release);
    if (packet.track === 'video') this.#video = true;
    if (this.#shut || !this.#mayServe()) {
      this.#waiting = true;
      return;
    }
    if (this.#waiting) {
      if (packet.role === 'config' || (this.#video && packet.role !== 'key')) return;
      this.#waiting = false;
      this.#lostMs = Math.max(this.#lostMs, release.at - this.#lastAt - SEAM_MS);
      // The configurations in force now: a splice may have passed unseen.
      for (const config of this.#configs.values()) this.#pass({ packet: config.packet, at: release.at });
    }
    this.#pass(release);
  }

  shut(): void {
    this.#shut = true;
  }

  open(): void {
    this.#shut = false;
  }

  /** Goes on at the next key frame, the configurations in force before it: for an outlet that begins anew. */
  restart(): void {
    this.#waiting = true;
  }

  #pass({ packet, at }: Release): void {
    const out = { packet, at: Math.max(0, at - this.#lostMs) };
    this.#lastAt = Math.max(this.#lastAt, out.at);
    for (const outlet of this.#outlets) outlet.write(out);
  }
}
