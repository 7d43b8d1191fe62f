/** A value that a component can follow with `useSyncExternalStore`. */
export class Store<T> {
  #value: T;
  readonly #heard = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  readonly get = (): T => this.#value;

  readonly subscribe = (tell: () => void): (() => void) => {
    this.#heard.add(tell);
    return () => void this.#heard.delete(tell);
  };

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const tell of [...this.#heard]) tell();
  }

  /** Changes some fields; nobody is told where none differs. */
  patch(part: Partial<T>): void {
    const differs = (Object.keys(part) as (keyof T)[]).some((key) => !Object.is(part[key], this.#value[key]));
    if (differs) this.set({ ...this.#value, ...part });
  }
}
