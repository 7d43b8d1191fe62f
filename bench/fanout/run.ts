import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, startChild } from '../child.ts';
import { freePort } from '../port.ts';
import { cpuShare, residentBytes } from '../process.ts';
import { type Options, type Row, row } from '../row.ts';
import { little } from '../size.ts';
import { leastOfTurns } from '../turns.ts';
import { BITS_PER_SECOND, type Read, type Serving, VIEWERS } from './load.ts';
import { publish } from './rtmp.ts';
import { startSrs } from './srs.ts';

/**
 * What it costs the serving process to write 1 Mbit/s to each of 1,000 viewers with a flush each 350 ms, and what an
 * idle viewer takes of its memory. Readers drain in a process of their own.
 */
export const metrics = ['cpu', 'cpu_tls', 'memory_idle_viewer'] as const;

const UNIT = 'µs/viewer-s';
/** How far the bitrate may be off; a second's window of a small run catches one flush more or less. */
const OFF = little ? 1 : 0.25;
const WARM_MS = 2_000;
const WARM_VIEWERS = 50;
const here = (name: string): URL => new URL(name, import.meta.url);
const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

const startReaders = ({ port, path }: Serving, viewers: number, ...flags: string[]): Promise<Child> =>
  startChild(here('read.ts'), [String(port), path, String(viewers), '0', ...flags]);

/** µs of CPU that process `pid` spends per viewer and second; NaN where the viewers did not get the stream. */
async function cost(pid: number, serving: Serving, seconds: number, ...flags: string[]): Promise<number> {
  const readers = await startReaders(serving, VIEWERS, ...flags);
  try {
    await pause(WARM_MS);
    const before = await readers.ask<Read>({ op: 'figures' });
    const began = performance.now();
    const share = await cpuShare(pid, seconds);
    const after = await readers.ask<Read>({ op: 'figures' });
    const bitrate = ((after.bytes - before.bytes) * 8) / ((performance.now() - began) / 1000) / VIEWERS;
    const whole = after.open === VIEWERS && Math.abs(bitrate / BITS_PER_SECOND - 1) < OFF;
    if (!whole)
      console.error(`only ${after.open} viewers at ${Math.round(bitrate / 1000)} kbit/s: no figure`);
    return whole ? (share / VIEWERS) * 1e6 : Number.NaN;
  } finally {
    await readers.stop();
  }
}

async function costOf(file: string, seconds: number, ...flags: string[]): Promise<number> {
  const server = await startChild<Serving>(here(file), flags);
  try {
    return await cost(server.pid, server.first, seconds, ...flags);
  } finally {
    await server.stop();
  }
}

async function costOfNodeMediaServer(seconds: number): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), 'weir-bench-'));
  const rtmp = await freePort();
  const ports = [String(rtmp), String(await freePort()), dir];
  const server = await startChild<Serving>(here('../node-media-server.ts'), ports, { quiet: true });
  await pause(500);
  const sender = publish(`rtmp://127.0.0.1:${rtmp}/live/bench`);
  try {
    await pause(3_000);
    return await cost(server.pid, server.first, seconds);
  } finally {
    await sender.stop();
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function costOfSrs(seconds: number): Promise<number | null> {
  const srs = await startSrs();
  if (!srs) return null;
  try {
    return await cost(srs.pid, srs, seconds);
  } finally {
    await srs.stop();
  }
}

/** kB of resident memory that one connected viewer of a stream that is not live yet takes. */
async function memoryOfIdle(): Promise<number> {
  const server = await startChild<Serving>(here('weir.ts'), ['idle'], { execArgv: ['--expose-gc'] });
  try {
    // A few come and go first, so that code is compiled and only what a viewer takes counts.
    const first = await startReaders(server.first, WARM_VIEWERS);
    await first.stop();
    await pause(1_000);
    await server.ask({ op: 'collect' });
    await pause(500);
    const before = residentBytes(server.pid);
    const readers = await startReaders(server.first, VIEWERS);
    await pause(500);
    await server.ask({ op: 'collect' });
    await pause(500);
    const after = residentBytes(server.pid);
    await readers.stop();
    return (after - before) / VIEWERS / 1000;
  } finally {
    await server.stop();
  }
}

export async function* run({ seconds, peers }: Options): AsyncGenerator<Row> {
  const sides = peers ? (['bare', 'srs', 'node-media-server'] as const) : ([] as const);
  const [weir, ...theirs] = await leastOfTurns(seconds, [
    (part) => costOf('weir.ts', part),
    ...(peers ? [(part: number) => costOf('bare.ts', part), costOfSrs, costOfNodeMediaServer] : []),
  ]);
  for (const [i, peer] of sides.entries())
    yield row('fanout', 'cpu', weir ?? Number.NaN, UNIT, peer, theirs[i] ?? null);
  if (!peers) yield row('fanout', 'cpu', weir ?? Number.NaN, UNIT);
  const [secure, bare = null] = await leastOfTurns(
    seconds,
    (peers ? ['weir.ts', 'bare.ts'] : ['weir.ts']).map((file) => (part) => costOf(file, part, 'tls')),
  );
  yield row('fanout', 'cpu_tls', secure ?? Number.NaN, UNIT, peers ? 'bare' : null, bare);
  yield row('fanout', 'memory_idle_viewer', await memoryOfIdle(), 'kB');
}
