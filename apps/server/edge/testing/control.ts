import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bus, joinBus, newId, openHub, readConfig, realClock, silentLog } from '@weir/kit';
import { TokenSigner } from '@weir/media/token.ts';
import type { Running } from '../../supervisor/child.ts';
import { makeFolders } from '../../supervisor/folders.ts';
import type {
  AppendAsk,
  BroadcastView,
  ContentRecord,
  LeaseRequest,
  PublishAsk,
  StreamEvent,
  Tombstone,
} from '../../wire.ts';
import { sha256 } from '../digest.ts';
import { runEdge } from '../run.ts';

/** A real edge on a real bus, with a control in memory that a test can silence. */
export type Stage = {
  bus: Bus;
  edge: Running;
  dataDir: string;
  records: ContentRecord[];
  events: StreamEvent[];
  stones: Tombstone[];
  /** While true control answers nothing. */
  silent: { value: boolean };
  /** Makes a broadcast known to control; returns its key and viewers' addresses. */
  broadcast(over?: Partial<BroadcastView>): {
    id: string;
    key: string;
    rtmp: string;
    flv: string;
    room: string;
    hls: string;
    /** The address of one more viewer by FLV. */
    ticket(): string;
  };
  /** Something about it changes at control; the edge is not told. */
  know(id: string, over: Partial<BroadcastView>): BroadcastView;
  change(id: string, over: Partial<BroadcastView>): Promise<void>;
  restartEdge(): Promise<void>;
  close(): Promise<void>;
};

const open = { mode: 'open', delayMs: 0, rule: 'test' } as const;

/** Builds the stage; `env` are configuration keys of the edge. */
export async function openStage(env: Record<string, string> = {}): Promise<Stage> {
  const dataDir = mkdtempSync(join(tmpdir(), 'weir-edge-'));
  makeFolders(dataDir);
  const path = join(dataDir, 'run', 'bus.sock');
  const hub = await openHub(path);
  const bus = await joinBus(path, 'control');
  const signer = TokenSigner.generate();
  const views = new Map<string, BroadcastView>();
  const keys = new Map<string, string>();
  const records: ContentRecord[] = [];
  const events: StreamEvent[] = [];
  const stones: Tombstone[] = [];
  const silent = { value: false };
  const config = readConfig({
    WEIR_DATA_DIR: dataDir,
    WEIR_HTTP_PORT: '0',
    WEIR_MEDIA_PORT: '0',
    WEIR_RTMP_PORT: '0',
    WEIR_GRACE_MS: '3000',
    ...env,
  });
  const answer =
    <T>(run: (body: T) => unknown) =>
    (body: unknown): unknown =>
      silent.value ? new Promise(() => {}) : run(body as T);
  bus.serve(
    'control.hello',
    answer(() => ({ leaseMs: config.leaseMs, playKey: signer.publicKey })),
  );
  bus.serve(
    'control.stones.bring',
    answer(() => ({ lifted: [] })),
  );
  bus.serve(
    'control.stones.learn',
    answer(() => ({ tombstones: stones })),
  );
  bus.serve(
    'control.lease',
    answer(({ nonce, broadcasts }: LeaseRequest) => ({
      nonce,
      leaseMs: config.leaseMs,
      granted: broadcasts.map(({ id }) => id),
      cut: stones,
      changed: [],
    })),
  );
  bus.serve(
    'control.publish',
    answer(({ keyHash }: PublishAsk) => {
      const view = views.get(keys.get(keyHash) ?? '');
      return view ? { ok: true, broadcast: view } : { ok: false, code: 'unknown_key' };
    }),
  );
  bus.serve(
    'control.broadcast',
    answer(({ id }: { id: string }) => views.get(id) ?? null),
  );
  bus.serve(
    'control.stream',
    answer((event: StreamEvent) => void events.push(event)),
  );
  bus.serve(
    'control.append',
    answer(({ records: more }: AppendAsk) => {
      records.push(...more);
      return { committed: records.length };
    }),
  );
  bus.serve(
    'control.history',
    answer(() => ({ offset: 0, items: [], held: [] })),
  );

  let edgeBus = await joinBus(path, 'edge');
  let edge = await runEdge({ config, bus: edgeBus, log: silentLog, clock: realClock });
  const stage: Stage = {
    bus,
    edge,
    dataDir,
    records,
    events,
    stones,
    silent,
    broadcast(over = {}) {
      const id = newId();
      const key = `key-${id}`;
      views.set(id, {
        id,
        number: 1,
        kind: 'video',
        epoch: 1,
        version: 1,
        gate: { media: open, messages: open },
        slowMs: 0,
        ...over,
      });
      keys.set(sha256(key), id);
      const token = (k: 'play' | 'room'): string =>
        signer.sign({ b: id, s: newId(), k, exp: Date.now() + 300_000, u: { id: newId(), nick: '甲' } });
      const media = `127.0.0.1:${edge.ports?.['media']}`;
      const ticket = (): string => `http://${media}/live/${id}.flv?t=${token('play')}`;
      return {
        id,
        key,
        rtmp: `rtmp://127.0.0.1:${edge.ports?.['rtmp']}/live/${key}`,
        flv: ticket(),
        ticket,
        hls: `http://${media}/hls/${id}/1/index.m3u8?t=${token('play')}`,
        room: `ws://${media}/room/${id}?t=${token('room')}`,
      };
    },
    know(id, over) {
      const view = views.get(id);
      if (!view) throw new Error('no such broadcast');
      const next = { ...view, ...over, version: view.version + 1 };
      views.set(id, next);
      return next;
    },
    async change(id, over) {
      await bus.request('edge.1.view', stage.know(id, over));
    },
    async restartEdge() {
      await edge.close();
      await edgeBus.close();
      edgeBus = await joinBus(path, 'edge');
      edge = await runEdge({ config, bus: edgeBus, log: silentLog, clock: realClock });
      stage.edge = edge;
    },
    async close() {
      silent.value = false;
      await edge.close();
      await edgeBus.close();
      await hub.close();
    },
  };
  return stage;
}
