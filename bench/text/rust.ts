import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { MESSAGES, messages, terms } from './load.ts';
import type { Ready } from './search.ts';

const exec = promisify(execFile);

/** Where Debian keeps the sources of Rust libraries (librust-aho-corasick-dev). */
const REGISTRY = '/usr/share/cargo/registry';
const CHECKED = 20_000;

/** A Rust search that runs: what it found, and how to time it. */
export type Rust = { ready: Ready; time(seconds: number): Promise<number>; stop(): Promise<void> };

/** Builds the search with cargo, offline; undefined where cargo or the library is not there. */
export async function buildRust(): Promise<{ program: string; dispose(): Promise<void> } | undefined> {
  if (!existsSync(REGISTRY)) return undefined;
  const dir = await mkdtemp(join(tmpdir(), 'weir-bench-rust-'));
  const dispose = (): Promise<void> => rm(dir, { recursive: true, force: true });
  try {
    await mkdir(join(dir, 'src'));
    await mkdir(join(dir, '.cargo'));
    await cp(new URL('rust/Cargo.toml', import.meta.url), join(dir, 'Cargo.toml'));
    await cp(new URL('rust/main.rs', import.meta.url), join(dir, 'src', 'main.rs'));
    await writeFile(
      join(dir, '.cargo', 'config.toml'),
      `[source.crates-io]\nreplace-with = "debian"\n[source.debian]\ndirectory = "${REGISTRY}"\n`,
    );
    await exec('cargo', ['build', '--release', '--offline'], { cwd: dir });
    return { program: join(dir, 'target', 'release', 'search'), dispose };
  } catch (why) {
    console.error(`aho-corasick: ${(why as Error).message}`);
    await dispose();
    return undefined;
  }
}

/** Starts a search over `count` terms, as an NFA or a DFA. */
export async function startRust(program: string, count: number, kind: 'nfa' | 'dfa'): Promise<Rust> {
  const dir = await mkdtemp(join(tmpdir(), 'weir-bench-rust-'));
  const listed = terms(count);
  await writeFile(join(dir, 'terms'), listed.join('\n'));
  await writeFile(join(dir, 'messages'), messages(MESSAGES, listed).join('\n'));
  const child = spawn(program, [join(dir, 'terms'), join(dir, 'messages'), String(CHECKED), kind], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const found: string[] = [];
  for (;;) {
    const { value, done } = await lines.next();
    if (done) throw new Error('the Rust search has ended');
    if (value === 'ready') break;
    const numbers = value === '' ? [] : value.split(' ').map(Number);
    found.push(
      numbers
        .map((n: number) => listed[n] as string)
        .sort()
        .join('\n'),
    );
  }
  return {
    ready: { finds: 'all', found },
    async time(seconds) {
      child.stdin.write(`${seconds}\n`);
      const { value } = await lines.next();
      return Number(String(value).split(' ')[0]);
    },
    async stop() {
      child.stdin.end();
      await new Promise((done) => child.once('exit', done));
      await rm(dir, { recursive: true, force: true });
    },
  };
}
