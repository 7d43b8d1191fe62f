import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Log } from '@weir/kit';

/** Lines beyond which a file with more than half of dead ones is written anew. */
const COMPACT_FROM_LINES = 2_000;

type Line = { k: string; id: string; v?: unknown };

/**
 * A snapshot on control's own disk as a journal of key and value: what memory needs to cut, lease and refuse when
 * control starts while PostgreSQL is stopped. PostgreSQL stays the truth; so lines are written, not synced, and a
 * torn last line is dropped.
 */
export class Journal {
  readonly #path: string;
  readonly #log: Log;
  readonly #kinds = new Map<string, Map<string, unknown>>();
  #file: number;
  #lines = 0;

  constructor(path: string, log: Log) {
    this.#path = path;
    this.#log = log;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    if (existsSync(path)) this.#load();
    this.#file = this.#compact();
  }

  values<T>(kind: string): T[] {
    return [...(this.#kinds.get(kind)?.values() ?? [])] as T[];
  }

  put(kind: string, id: string, value: unknown): void {
    this.#kindOf(kind).set(id, value);
    this.#write({ k: kind, id, v: value });
  }

  delete(kind: string, id: string): void {
    if (this.#kindOf(kind).delete(id)) this.#write({ k: kind, id });
  }

  /** Writes the file anew with what is in force alone: what was deleted or replaced is no longer in it. */
  compact(): void {
    closeSync(this.#file);
    this.#file = this.#compact();
  }

  close(): void {
    closeSync(this.#file);
  }

  #kindOf(kind: string): Map<string, unknown> {
    let values = this.#kinds.get(kind);
    if (!values) {
      values = new Map();
      this.#kinds.set(kind, values);
    }
    return values;
  }

  #write(line: Line): void {
    try {
      writeSync(this.#file, `${JSON.stringify(line)}\n`);
      this.#lines++;
      const live = [...this.#kinds.values()].reduce((sum, kind) => sum + kind.size, 0);
      if (this.#lines < COMPACT_FROM_LINES || this.#lines < 2 * live) return;
      closeSync(this.#file);
      this.#file = this.#compact();
    } catch (why) {
      // A full disk must stop neither a cut nor a lease; the next start reads what it can from PostgreSQL.
      this.#log.error({ why: (why as Error).message }, 'snapshot not written');
    }
  }

  #load(): void {
    for (const text of readFileSync(this.#path, 'utf8').split('\n')) {
      try {
        const line = JSON.parse(text) as Line;
        if (line.v === undefined) this.#kindOf(line.k).delete(line.id);
        else this.#kindOf(line.k).set(line.id, line.v);
      } catch {
        // The last line of a killed process, or the empty one at the end.
      }
    }
  }

  #compact(): number {
    const lines: string[] = [];
    for (const [k, values] of this.#kinds) {
      for (const [id, v] of values) lines.push(`${JSON.stringify({ k, id, v })}\n`);
    }
    writeFileSync(`${this.#path}.new`, lines.join(''), { mode: 0o600 });
    renameSync(`${this.#path}.new`, this.#path);
    this.#lines = lines.length;
    return openSync(this.#path, 'a', 0o600);
  }
}
