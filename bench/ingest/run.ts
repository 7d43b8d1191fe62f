import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild } from '../child.ts';
import { freePort } from '../port.ts';
import { cpuShare } from '../process.ts';
import { type Options, type Row, row } from '../row.ts';
import { little } from '../size.ts';
import { leastOfTurns } from '../turns.ts';
import { BITS_PER_SECOND, CHUNK_SIZES, PUBLISHERS, type Sent, type Serving } from './load.ts';
import { startNginx } from './nginx.ts';

/**
 * What it costs the serving process to take in 1 Mbit/s from each of 50 encoders and to record it, at the chunk size
 * that ffmpeg sends (128) and at one that OBS sends (4,096).
 */
export const metrics = CHUNK_SIZES.map((bytes) => `cpu_chunk_${bytes}`);

/** How far the bitrate may be off, and what of it may be missing on disk; a second's window holds a key frame or none. */
const OFF = little ? 0.9 : 0.1;
const UNIT = 'ms/publisher-s';
/** Encoders stay for hours: what a runtime compiles and gathers in the first seconds is none of the cost. */
const WARM_MS = 5_000;
/** Recorders flush at least this often; what is on disk is looked at after it. */
const SETTLE_MS = 1_500;
const here = (name: string): URL => new URL(name, import.meta.url);
const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

const recordedBytes = (dir: string): number =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(join(dir, name)))
    .reduce((sum, entry) => sum + (entry.isFile() ? entry.size : 0), 0);

/** Runs `start` with a directory of its own for recordings, and takes that away again. */
async function withDir<T>(start: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'weir-bench-'));
  try {
    return await start(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** ms of CPU that process `pid` spends per publisher and second; NaN where it did not take in and record the load. */
async function cost(pid: number, port: number, dir: string, chunk: number, seconds: number): Promise<number> {
  const publishers = await startChild<Sent>(here('publisher.ts'), [String(port), String(chunk)]);
  try {
    await pause(WARM_MS);
    const before = await publishers.ask<Sent>({});
    const began = performance.now();
    const share = await cpuShare(pid, seconds);
    const after = await publishers.ask<Sent>({});
    const rate = ((after.bytes - before.bytes) * 8) / ((performance.now() - began) / 1000) / PUBLISHERS;
    await pause(SETTLE_MS);
    const recorded = recordedBytes(dir) / after.bytes;
    const whole =
      after.open === PUBLISHERS && Math.abs(rate / BITS_PER_SECOND - 1) < OFF && recorded > 1 - OFF;
    if (!whole)
      console.error(
        `${after.open} publishers at ${Math.round(rate / 1000)} kbit/s, ${Math.round(recorded * 100)} % recorded: no figure`,
      );
    return whole ? (share / PUBLISHERS) * 1_000 : Number.NaN;
  } finally {
    await publishers.stop();
  }
}

const costOfChild = (script: string, chunk: number, seconds: number): Promise<number> =>
  withDir(async (dir) => {
    const server = await startChild<Serving>(here(script), [dir]);
    try {
      return await cost(server.pid, server.first.port, dir, chunk, seconds);
    } finally {
      await server.stop();
    }
  });

const costOfWeir = (chunk: number, seconds: number): Promise<number> =>
  costOfChild('weir.ts', chunk, seconds);
/** What no server in Node can do without. */
const costOfBare = (chunk: number, seconds: number): Promise<number> =>
  costOfChild('bare.ts', chunk, seconds);

const costOfNginx = (chunk: number, seconds: number): Promise<number | null> =>
  withDir(async (dir) => {
    const port = await freePort();
    const nginx = startNginx(port, dir);
    if (!nginx) return null;
    try {
      await pause(500);
      return await cost(nginx.pid, port, dir, chunk, seconds);
    } finally {
      await nginx.stop();
    }
  });

const costOfNodeMediaServer = (chunk: number, seconds: number): Promise<number> =>
  withDir(async (dir) => {
    const port = await freePort();
    const ports = [String(port), String(await freePort()), dir, 'record'];
    const server = await startChild<Serving>(here('../node-media-server.ts'), ports, { quiet: true });
    try {
      await pause(500);
      return await cost(server.pid, port, dir, chunk, seconds);
    } finally {
      await server.stop();
    }
  });

export async function* run({ seconds, peers }: Options): AsyncGenerator<Row> {
  for (const [i, chunk] of CHUNK_SIZES.entries()) {
    const metric = metrics[i] as string;
    const sides = peers ? [costOfWeir, costOfNginx, costOfNodeMediaServer, costOfBare] : [costOfWeir];
    const [weir, nginx = null, nodeMediaServer = null, bare = null] = await leastOfTurns(
      seconds,
      sides.map((side) => (part) => side(chunk, part)),
    );
    const figure = weir ?? Number.NaN;
    if (!peers) yield row('ingest', metric, figure, UNIT);
    else {
      yield row('ingest', metric, figure, UNIT, 'nginx-rtmp', nginx);
      yield row('ingest', metric, figure, UNIT, 'node-media-server', nodeMediaServer);
      yield row('ingest', metric, figure, UNIT, 'bare', bare);
    }
  }
}
