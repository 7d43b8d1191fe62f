import type { BroadcastView } from '../wire.ts';

/** Broadcasts one edge remembers at once; beyond it the one unused for longest makes room. */
const MAX_BROADCASTS = 20_000;

/** What this edge knows of each broadcast it serves or was asked for: control's latest view, by version. */
export class Registry {
  readonly #views = new Map<string, BroadcastView>();

  get(id: string): BroadcastView | undefined {
    return this.#views.get(id);
  }

  all(): BroadcastView[] {
    return [...this.#views.values()];
  }

  /** Keeps the newer one; false where `view` is old news. */
  put(view: BroadcastView, inUse: (id: string) => boolean): boolean {
    const known = this.#views.get(view.id);
    if (known && known.version >= view.version) return false;
    this.#views.delete(view.id);
    this.#views.set(view.id, view);
    if (this.#views.size > MAX_BROADCASTS) {
      for (const id of this.#views.keys()) {
        if (inUse(id)) continue;
        this.#views.delete(id);
        break;
      }
    }
    return true;
  }

  delete(id: string): void {
    this.#views.delete(id);
  }
}
