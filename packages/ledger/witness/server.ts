import { mkdir } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock, Log } from '@weir/kit';
import { readText } from '../body.ts';
import { lockDirectory } from '../lock.ts';
import { verifierOf } from '../tree/note.ts';
import { Heads } from './heads.ts';
import { type Heard, hear, judge, type Refusal, type Verdict } from './judge.ts';
import { loadCosigner } from './key.ts';
import { MAX_PROPOSAL_BYTES } from './proposal.ts';
import { Rate } from './rate.ts';

/** A log signs once a second; more come when it catches up. */
const PER_ORIGIN = { perSecond: 4, burst: 20 };
/** Four logs of a few services behind one address. */
const PER_ADDRESS = { perSecond: 40, burst: 200 };
const MAX_CONNECTIONS = 256;
const REQUEST_MS = 10_000;

export type WitnessOptions = {
  /** Where its key and its memory lie; one witness has it open. */
  dir: string;
  /** Verifier lines of the logs it serves; a log's origin is its key's name. */
  logs: readonly string[];
  /** Its name, where the directory is new. */
  name?: string;
  host: string;
  port: number;
  clock: Clock;
  log: Log;
};

export type RunningWitness = { vkey: string; host: string; port: number; close(): Promise<void> };

/**
 * A witness (C2SP tlog-witness): cosigns a log's checkpoint where it goes on from the last one that it cosigned, and
 * makes that durable before it answers. It never sees what is in a log.
 * @throws Error where the directory is in use or damaged, a line is no verifier key, or the address is taken
 */
export async function runWitness(options: WitnessOptions): Promise<RunningWitness> {
  const { dir, clock, log } = options;
  const logs = new Map(options.logs.map((vkey) => [verifierOf(vkey).name, verifierOf(vkey)]));
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const lock = await lockDirectory(dir);
  try {
    const cosigner = await loadCosigner(dir, options.name);
    const heads = new Heads(dir);
    const perOrigin = new Rate(clock, PER_ORIGIN);
    const perAddress = new Rate(clock, PER_ADDRESS);
    /** One proposal of an origin after the other: what is compared is what is replaced. */
    const turns = new Map<string, Promise<unknown>>();

    const weigh = async (heard: Heard): Promise<Verdict> => {
      const verdict = judge(heard, await heads.read(heard.checkpoint.origin));
      if (verdict.status === 200) await heads.write(verdict.checkpoint);
      return verdict;
    };
    const inTurn = (heard: Heard): Promise<Verdict> => {
      const { origin } = heard.checkpoint;
      const turn = (turns.get(origin) ?? Promise.resolve()).catch(() => {}).then(() => weigh(heard));
      turns.set(origin, turn);
      return turn;
    };

    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      if (request.method !== 'POST' || request.url?.replace(/^.*\//, '') !== 'add-checkpoint')
        return say(response, 404, 'POST add-checkpoint');
      if (!perAddress.take(request.socket.remoteAddress ?? ''))
        return say(response, 429, 'too many, too fast');
      let body: string;
      try {
        body = await readText(request, MAX_PROPOSAL_BYTES);
      } catch (why) {
        response.setHeader('connection', 'close');
        return say(response, why instanceof RangeError ? 413 : 400, (why as Error).message);
      }
      const heard = hear(body, logs);
      if ('status' in heard) return tell(response, heard);
      if (!perOrigin.take(heard.checkpoint.origin)) return say(response, 429, 'too many, too fast');
      const verdict = await inTurn(heard);
      if (verdict.status !== 200) {
        log.warn({ origin: heard.checkpoint.origin, verdict }, 'a checkpoint was not cosigned');
        return tell(response, verdict);
      }
      return say(response, 200, cosigner.cosign(verdict.text, Math.floor(clock.now() / 1_000)).slice(0, -1));
    };

    const server = createServer(
      { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS },
      (request, response) => {
        answer(request, response).catch((why: unknown) => {
          log.error({ err: why }, 'a proposal was not answered');
          if (response.headersSent) response.destroy();
          else say(response, 500, 'the witness cannot answer');
        });
      },
    );
    server.maxConnections = MAX_CONNECTIONS;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port, options.host, resolve);
    });
    const { port, address } = server.address() as AddressInfo;
    return {
      vkey: cosigner.vkey,
      host: address,
      port,
      async close() {
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeIdleConnections();
        await closed;
        await lock.release();
      },
    };
  } catch (why) {
    await lock.release();
    throw why;
  }
}

function tell(response: ServerResponse, verdict: Refusal): void {
  if (verdict.status === 409) {
    response.setHeader('content-type', 'text/x.tlog.size');
    say(response, 409, String(verdict.size));
  } else say(response, verdict.status, verdict.why);
}

function say(response: ServerResponse, status: number, line: string): void {
  if (!response.hasHeader('content-type')) response.setHeader('content-type', 'text/plain; charset=utf-8');
  if (status === 429) response.setHeader('retry-after', '1');
  response.statusCode = status;
  response.end(`${line}\n`);
}
