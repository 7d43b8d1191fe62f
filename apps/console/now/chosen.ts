/**
 * Who is chosen, at the speed of fingers: the address follows some frames later, and what it passes on its way is
 * old news. An address that nobody asked for here (back, a link) is taken as it comes.
 */
export class Chosen {
  #id: string | undefined;
  #asked: (string | undefined)[] = [];

  constructor(id: string | undefined) {
    this.#id = id;
  }

  get id(): string | undefined {
    return this.#id;
  }

  choose(id: string | undefined): void {
    this.#id = id;
    this.#asked.push(id);
  }

  /** The page now stands at this address. */
  arrived(id: string | undefined): void {
    this.#asked.splice(0, this.#asked.indexOf(id) + 1);
    if (!this.#asked.includes(this.#id)) {
      this.#asked = [];
      this.#id = id;
    }
  }
}
