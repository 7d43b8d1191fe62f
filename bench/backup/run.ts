import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBackup, openBackup } from '@weir/server/backup/store/index.ts';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { type Options, type Row, row } from '../row.ts';
import { sized } from '../size.ts';

/**
 * A backup's work: bytes a second of processor time (this process's, all its threads) for large files written the first
 * time and read back with every hash; the same of Debian's `age` for the same bytes; of text, which is compressed, and
 * which share of its size the target takes; what unchanged files cost; and how much memory a backup takes at most.
 */
export const metrics = ['write', 'read', 'text', 'text_size', 'unchanged', 'memory'] as const;

const PIECE = randomBytes(1024 * 1024);
const MB = 1_000_000;
const FILES = sized(10_000, 200);

async function* content(bytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes; at += PIECE.length) {
    // Every piece is another, so that none is found there already.
    PIECE.writeDoubleLE(Math.random(), 0);
    yield PIECE.subarray(0, Math.min(PIECE.length, bytes - at));
  }
}

/** Lines of a log as the ledger writes them, no two alike. */
function textOf(bytes: number): AsyncIterable<Uint8Array> & { bytes: number } {
  const pieces: Buffer[] = [];
  let n = 0;
  for (let made = 0; made < bytes; made += pieces.at(-1)?.length ?? bytes) {
    let text = '';
    while (text.length < PIECE.length / 2) {
      const id = randomBytes(6).toString('hex');
      text += `{"v":1,"n":${++n},"broadcast":"b${n % 40}","id":"0197b2a0-5c1e-7${id}","kind":"message.published","nickname":"观众${n % 997}","offset":${n},"pts":${n * 41},"room":"b${n % 40}","text":"第${id}句","ts":${1_795_000_000_000 + n * 13},"user":"u${n % 997}"}\n`;
    }
    pieces.push(Buffer.from(text));
  }
  return {
    bytes: pieces.reduce((sum, piece) => sum + piece.length, 0),
    async *[Symbol.asyncIterator]() {
      yield* pieces;
    },
  };
}

/** Seconds of processor time, all threads, that some work took. */
async function cpu(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

export async function* run({ seconds, peers }: Options): AsyncGenerator<Row> {
  const base = mkdtempSync(join(tmpdir(), 'weir-bench-backup-'));
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const place = { dir: join(base, 'target'), local: join(base, 'local'), recipients: [recipient] };
  const bytes = sized(Math.round(seconds * 128), 8) * PIECE.length;
  try {
    const { rss } = process.memoryUsage();
    let most = rss;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 20);
    const writing = await cpu(async () => {
      const writer = await createBackup({ ...place, now: 1 });
      await writer.put('large', () => content(bytes), { bytes, mtimeMs: 1 });
      await writer.finish({ facts: {}, expiresAt: 2 });
    });
    clearInterval(watch);
    const peer = peers ? ageSpeed(base, recipient, identity, Math.min(bytes, 256 * PIECE.length)) : undefined;
    yield row('backup', 'write', bytes / MB / writing, 'MB/cpu-s', 'age', peer?.write ?? null);
    const reading = await cpu(async () => {
      const reader = await openBackup({ dir: place.dir, identities: [identity] });
      for await (const fault of reader.check()) throw new Error(JSON.stringify(fault));
    });
    yield row('backup', 'read', bytes / MB / reading, 'MB/cpu-s', 'age', peer?.read ?? null);
    const lines = textOf(Math.min(bytes, 256 * PIECE.length));
    let share = 0;
    const text = await cpu(async () => {
      const writer = await createBackup({ ...place, now: 1, dir: join(base, 'text') });
      await writer.put('text', () => lines, { compress: true });
      share = (await writer.finish({ facts: {}, expiresAt: 2 })).written / lines.bytes;
    });
    yield row('backup', 'text', lines.bytes / MB / text, 'MB/cpu-s');
    yield row('backup', 'text_size', share, 'of the text');
    const small = async (now: number): Promise<number> =>
      cpu(async () => {
        const writer = await createBackup({ ...place, now });
        for (let i = 0; i < FILES; i++)
          await writer.put(`tile/${i}`, () => content(1_000), { bytes: 1_000, mtimeMs: 1, group: 'tiles' });
        await writer.finish({ facts: {}, expiresAt: now + 1 });
      });
    await small(2);
    yield row('backup', 'unchanged', (1e6 * (await small(3))) / FILES, 'µs/file');
    yield row('backup', 'memory', (most - rss) / MB, 'MB');
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

/** Seconds of processor time of children that have ended: fields 16 and 17 of /proc/PID/stat, in ticks of 10 ms. */
function children(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(13, 15);
  return (Number(user) + Number(system)) / 100;
}

/** MB a second of processor time of the `age` command, where it is installed. */
function ageSpeed(
  base: string,
  recipient: string,
  identity: string,
  bytes: number,
): { write: number; read: number } | undefined {
  const plain = join(base, 'plain');
  const key = join(base, 'identity');
  const sealed = join(base, 'sealed');
  writeFileSync(plain, randomBytes(bytes));
  writeFileSync(key, identity);
  const timed = (...args: string[]): number => {
    const before = children();
    execFileSync('age', args, { stdio: 'ignore' });
    return bytes / MB / (children() - before);
  };
  try {
    return {
      write: timed('-r', recipient, '-o', sealed, plain),
      read: timed('-d', '-i', key, '-o', '/dev/null', sealed),
    };
  } catch (why) {
    if ((why as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw why;
  }
}
