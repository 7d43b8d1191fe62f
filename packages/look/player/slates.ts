/** What the stream says of stand-in pictures on the way, each in force when the picture has come to it. */
export class Slates {
  #coming: { slate: boolean; at: number }[] = [];
  #shown: boolean | undefined;

  /** Whether the picture now shown is a stand-in; undefined before anything was said. */
  get shown(): boolean | undefined {
    return this.#shown;
  }

  /** `at` is output time, ms. */
  add(slate: boolean, at: number): void {
    this.#coming.push({ slate, at });
  }

  clear(): void {
    this.#coming = [];
    this.#shown = undefined;
  }

  /** The picture has come to `ptsMs`, or nobody knows where it is. True where something began or ended with it. */
  pass(ptsMs: number | undefined): boolean {
    let passed = false;
    while (this.#coming[0] && (ptsMs === undefined || this.#coming[0].at <= ptsMs)) {
      this.#shown = this.#coming.shift()?.slate;
      passed = true;
    }
    return passed;
  }
}
