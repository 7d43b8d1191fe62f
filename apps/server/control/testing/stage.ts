import { chmodSync, mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Bus,
  type Clock,
  type Config,
  joinBus,
  type Log,
  openHub,
  readConfig,
  realClock,
  silentLog,
} from '@weir/kit';
import type { Disk } from '@weir/ledger/disk.ts';
import { readFlv } from '@weir/media/flv/index.ts';
import { loop } from '../../demo/loop.ts';
import { openPublication } from '../../demo/rtmp.ts';
import { runEdge } from '../../edge/run.ts';
import { type Postgres, startPostgres } from '../../postgres/start.ts';
import type { Running } from '../../supervisor/child.ts';
import { makeFolders } from '../../supervisor/folders.ts';
import { runVault } from '../../vault/run.ts';
import { runControl } from '../run.ts';

export const PASSWORD = 'a-password-of-the-stage';
/** Control and edge each wait for a lexicon that is compiled behind all other processes of the machine. */
const READY_WITHIN_MS = 150_000;

/** What an answer of the API is to a test. */
export type Answer = {
  status: number;
  type: string;
  // biome-ignore lint/suspicious/noExplicitAny: an answer is what the server says, not what we hope
  body: any;
};

/** A real control on a real bus, with a real PostgreSQL, vault and edge, in this process. */
export type Stage = {
  readonly url: string;
  readonly config: Config;
  readonly dataDir: string;
  readonly postgres: Postgres;
  /** Stops PostgreSQL in order, or starts it again at the same address. */
  stopPostgres(): Promise<void>;
  startPostgres(): Promise<void>;
  /** A seat on the bus that a test may use as an edge. */
  readonly bus: Bus;
  readonly busPath: string;
  call(token: string, method: string, path: string, body?: unknown, headers?: object): Promise<Answer>;
  /** Signs a demo account in; answers its token. */
  signIn(account: string): Promise<string>;
  /** Publishes a moving picture until it is ended or refused. */
  publish(ingest: { url: string; key: string }): Promise<{ closed: Promise<void>; close(): void }>;
  /** Ends control in order and starts it again. */
  restartControl(options?: { before?: () => Promise<void> }): Promise<void>;
  restartEdge(options?: { between?: () => Promise<void> }): Promise<void>;
  close(): Promise<void>;
};

export type StageOptions = {
  env?: Record<string, string>;
  edge?: boolean;
  log?: Log;
  clock?: Clock;
  /** The ledger's disk. */
  disk?: Disk;
};

/** Builds the stage; `env` are configuration keys of all processes. Without `edge` a test plays the edges itself. */
export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const { env = {}, edge: withEdge = true, log = silentLog, clock = realClock, disk } = options;
  const dataDir = mkdtempSync(join(tmpdir(), 'weir-control-'));
  chmodSync(dataDir, 0o711);
  makeFolders(dataDir);
  const config = readConfig({
    WEIR_DATA_DIR: dataDir,
    WEIR_HTTP_PORT: '0',
    WEIR_MEDIA_PORT: '0',
    WEIR_RTMP_PORT: '0',
    WEIR_DEMO: 'accounts',
    WEIR_DEMO_PASSWORD: PASSWORD,
    ...env,
  });
  let postgres = await startPostgres({ config, log });
  const path = join(dataDir, 'run', 'bus.sock');
  const hub = await openHub(path);
  const seat = async <T extends Running>(name: string, run: (bus: Bus) => Promise<T>): Promise<T> => {
    const bus = await joinBus(path, name);
    const running = await run(bus);
    const close = running.close.bind(running);
    return { ...running, close: () => close().then(() => bus.close()) };
  };
  const startControl = () =>
    seat('control', (bus) =>
      runControl({ config, bus, log, clock, connection: postgres.connection, ...(disk ? { disk } : {}) }),
    );
  const startEdge = () => seat('edge', (bus) => runEdge({ config, bus, log, clock: realClock }));
  const vault = await seat('vault', (bus) => runVault({ config, bus, log, clock: realClock }));
  let control = await startControl();
  let edge = withEdge ? await startEdge() : undefined;
  const bus = await joinBus(path, 'test');
  const ready = async (): Promise<void> => {
    for (const from = performance.now(); ; ) {
      const { body } = await stage.call('', 'GET', '/readyz');
      if (body.caughtUp && (body.edge || !withEdge)) return;
      if (performance.now() - from > READY_WITHIN_MS)
        throw new Error(`control was not ready within ${READY_WITHIN_MS} ms: ${JSON.stringify(body)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const stage = {
    get url() {
      return `http://127.0.0.1:${control.ports.http}`;
    },
    config,
    dataDir,
    get postgres() {
      return postgres;
    },
    stopPostgres: () => postgres.stop(),
    async startPostgres() {
      postgres = await startPostgres({ config, log });
    },
    bus,
    busPath: path,
    async call(token, method, to, body, headers = {}) {
      const answer = await fetch(new URL(to, stage.url), {
        method,
        redirect: 'manual',
        headers: {
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const type = answer.headers.get('content-type') ?? '';
      const text = await answer.text();
      return { status: answer.status, type, body: /json/.test(type) && text ? JSON.parse(text) : text };
    },
    async signIn(account) {
      const { status, body } = await stage.call('', 'POST', '/api/session', { account, password: PASSWORD });
      if (status !== 200) throw new Error(`${account} could not sign in: ${JSON.stringify(body)}`);
      return body.token;
    },
    async publish({ url, key }) {
      const publication = await openPublication(url, key);
      const clip = readFlv(readFileSync(new URL('../../demo/clips/tea.flv', import.meta.url)));
      const sending = loop(clip, realClock, publication.send);
      void publication.closed.then(() => sending.cancel());
      return publication;
    },
    async restartControl({ before } = {}) {
      await control.close();
      await before?.();
      control = await startControl();
    },
    async restartEdge({ between } = {}) {
      await edge?.close();
      await between?.();
      edge = await startEdge();
    },
    async close() {
      await edge?.close();
      await control.close();
      await vault.close();
      await bus.close();
      await hub.close();
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  } satisfies Stage as Stage;
  try {
    await ready();
  } catch (why) {
    await stage.close();
    throw why;
  }
  return stage;
}
