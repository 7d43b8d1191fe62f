const EACH_MS = 200;
const CELLS = 30;

/** How far long work has come: a bar on a terminal's stderr, nothing where nobody looks. */
export class Bar {
  readonly #isTerminal = process.stderr.isTTY;
  #last = 0;
  #phase = '';

  /** `done` of `of` in a phase; 0 of 0 where nobody can tell. */
  show = ({ phase, done, of }: { phase: string; done: number; of: number }): void => {
    const now = performance.now();
    if (!this.#isTerminal || (phase === this.#phase && now - this.#last < EACH_MS)) return;
    this.#last = now;
    this.#phase = phase;
    const share = of > 0 ? Math.min(1, done / of) : 0;
    const bar = '█'.repeat(Math.floor(share * CELLS)).padEnd(CELLS, '░');
    const count = of > 0 ? `${bar} ${Math.floor(share * 100)} % (${done} of ${of})` : '…';
    process.stderr.write(`\r\x1b[K${phase} ${count}`);
  };

  clear(): void {
    if (this.#isTerminal) process.stderr.write('\r\x1b[K');
  }
}
