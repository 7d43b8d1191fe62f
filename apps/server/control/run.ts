import { join, resolve, sep } from 'node:path';
import {
  type Bus,
  type Clock,
  type Config,
  isLoopback,
  type Log,
  Metrics,
  MovedClock,
  Problem,
} from '@weir/kit';
import { Ledger, s3PlaceOf } from '@weir/ledger';
import type { Disk } from '@weir/ledger/disk.ts';
import { kekPathOf } from '../kekPathOf.ts';
import { TextScreen } from '../screen.ts';
import { socketPath } from '../supervisor/folders.ts';
import type {
  AppendAsk,
  BringStones,
  BroadcastAsk,
  Figures,
  Hello,
  HistoryAsk,
  HitReport,
  LearnStones,
  LeaseRequest,
  LexiconAsk,
  PublishAsk,
  StreamEvent,
} from '../wire.ts';
import { AccessNotes } from './accessNotes.ts';
import { AloneMessages } from './alone.ts';
import { Backups } from './backup/backups.ts';
import { Closure } from './backup/closure.ts';
import { settleRestored } from './backup/settle.ts';
import { Broadcasts } from './broadcasts.ts';
import { Capacity } from './capacity/capacity.ts';
import { Clips } from './clips.ts';
import type { Control } from './control.ts';
import { type Connection, Database } from './database.ts';
import { seedDemo } from './demo.ts';
import { Desk } from './desk.ts';
import { Edges } from './edges.ts';
import { inflow, LiveFigures } from './figures.ts';
import { finishCuts } from './followUp.ts';
import { Hooks } from './hooks.ts';
import { buildServer } from './http/server.ts';
import { Journal } from './journal.ts';
import { hello, lease, publish, view } from './leases.ts';
import { DryRuns } from './lexicon/dryRun.ts';
import { HitStatistics } from './lexicon/hits.ts';
import { ThresholdVersions } from './lexicon/thresholds.ts';
import { Versions } from './lexicon/versions.ts';
import { load } from './load.ts';
import { openLocalSocket } from './localSocket.ts';
import { DeskLooks, RefusedLooks } from './looks.ts';
import { history } from './messages.ts';
import { Outbox } from './outbox.ts';
import { countOutsiders, outsidersOf } from './outsiders.ts';
import { People } from './people.ts';
import { loadSigner, PlayTickets } from './play.ts';
import { readPolicy } from './policy.ts';
import { Recordings } from './recordings/recordings.ts';
import { Keeper } from './retention/keeper.ts';
import { readRetention } from './retention/shipped.ts';
import { Simulation } from './simulation.ts';
import * as hitSql from './sql/hits.ts';
import * as userSql from './sql/users.ts';
import { followStaff } from './staff.ts';
import { bring, learn } from './stones.ts';
import { Streams } from './streams.ts';
import { Tombstones } from './tombstones.ts';

const SWEEP_EACH_MS = 60_000;
/** A tombstone that the disk refused is put to it again this often. */
const UNSAFE_EACH_MS = 1_000;

/** What is put together after the rest. */
type Later =
  | 'recordings'
  | 'backups'
  | 'database'
  | 'streams'
  | 'clips'
  | 'capacity'
  | 'keeper'
  | 'lexicon'
  | 'hits'
  | 'dryRuns'
  | 'alone'
  | 'thresholds';

/** How to reach PostgreSQL: the operator's own server, or the embedded one that the supervisor runs. */
function connectionOf(config: Config): Connection {
  if (config.databaseUrl) return { connectionString: config.databaseUrl };
  const given = process.env['WEIR_INTERNAL_PG'];
  if (given) return JSON.parse(given) as Connection;
  throw new Error('control needs WEIR_DATABASE_URL, or the address that the supervisor passes on');
}

/** Keys that lie beside what they protect protect it from nobody who takes the disk. */
function warnOfKey(config: Config, log: Log): void {
  const path = resolve(kekPathOf(config));
  if (config.demo === 'off' && path.startsWith(config.dataDir + sep))
    log.warn({}, 'the key-encryption key lies in the data directory; name another disk with WEIR_KEK_FILE');
}

/**
 * The control process: API, governance, the one writer of the ledger. Starts with PostgreSQL stopped, too: leases,
 * refusals and cuts are answered from its own disk. Resolves when it listens.
 */
export async function runControl(context: {
  config: Config;
  bus: Bus;
  log: Log;
  clock: Clock;
  connection?: Connection;
  /** The ledger's disk, where a test hands in one that fails. */
  disk?: Disk;
}): Promise<{ close(): Promise<void>; ports: { http: number } }> {
  const { config, bus, log, clock } = context;
  if (config.demo !== 'off' && !isLoopback(config.bind))
    throw new Error('Demo accounts exist only on loopback: set WEIR_DEMO=off, or WEIR_BIND to 127.0.0.1');
  const directory = join(config.dataDir, 'control');
  const policy = readPolicy();
  const closure = new Closure(directory);
  if (closure.isClosed) policy.standing = 'restored';
  const journal = new Journal(join(directory, 'snapshot.ndjson'), log);
  const tombstones = await Tombstones.open(join(directory, 'tombstones.ndjson'));
  const simulated = clock instanceof MovedClock;
  warnOfKey(config, log);
  const ledger = await Ledger.open({
    dir: join(config.dataDir, 'ledger'),
    kekPath: kekPathOf(config),
    clock,
    log,
    simulated,
    ...(context.disk ? { disk: context.disk } : {}),
    ...(config.s3Url ? { storage: s3PlaceOf(config.s3Url) } : {}),
    ...outsidersOf(config),
  });
  const edges = new Edges({ bus, clock, config, journal, log });
  const metrics = new Metrics('control').withRuntime();
  countOutsiders(metrics, ledger);
  const later = (): Database => database;
  const control: Omit<Control, Later> = {
    config,
    log,
    clock,
    bus,
    policy,
    closure,
    screen: TextScreen.shipped(log, clock),
    journal,
    tombstones,
    ledger,
    edges,
    metrics,
    broadcasts: new Broadcasts(journal, policy, clock),
    people: new People(journal, clock, config.demo !== 'off'),
    figures: new LiveFigures(clock),
    outbox: new Outbox({ database: later, ledger, log }),
    hooks: new Hooks({ config, clock, log, database: later }),
    signer: loadSigner(join(directory, 'play.key')),
    tickets: new PlayTickets(),
    desk: new Desk(edges),
    deskLooks: new DeskLooks(),
    retentionPolicy: readRetention(),
    refusedLooks: new RefusedLooks(),
    accessNotes: new AccessNotes({ clock, log, database: later, outbox: () => whole.outbox }),
  };
  const whole = control as Control;
  if (simulated) {
    const processes = ['vault', 'edge', ...(config.demo === 'on' ? ['demo'] : [])];
    whole.simulation = new Simulation({ clock, dataDir: config.dataDir, bus, log, processes });
  }
  whole.recordings = await Recordings.open(whole, () => whole.keeper?.cases.holds.list());
  whole.recordings.count(metrics);
  whole.clips = await Clips.open(whole);
  const capacity = await Capacity.open({
    dataDir: config.dataDir,
    reserve: config.storageReserve,
    warnHours: config.storageWarnHours,
    ballast: config.storageBallast,
    embedded: config.databaseUrl === undefined,
    clock,
    log,
    inflow: () => inflow(whole),
    moved: () => whole.recordings.report.moved,
    drains: () => whole.recordings.drains,
  });
  whole.capacity = capacity;
  capacity.count(metrics);
  const streams = new Streams(whole);
  whole.streams = streams;
  const lexicon = new Versions(whole, join(directory, 'lexicon'));
  whole.lexicon = lexicon;
  whole.thresholds = new ThresholdVersions(whole);
  whole.dryRuns = new DryRuns(whole);
  whole.alone = new AloneMessages(whole);
  const database = new Database({
    connection: context.connection ?? connectionOf(config),
    log,
    clock,
    onUp: (db) => load(whole, db),
    afterUp: async () => {
      // On a full disk the service starts all the same; the sweep tries again.
      await whole.outbox.flush().catch(() => {});
      await finishCuts(whole);
      await lexicon.catchUp();
      await whole.thresholds.catchUp();
      await seedDemo(whole);
    },
  });
  whole.database = database;
  whole.hits = new HitStatistics(whole);
  whole.keeper = await Keeper.open(whole);
  whole.backups = await Backups.open(whole);
  await lexicon.start();
  await whole.alone.start();

  const localSockets = new WeakSet<object>();
  const { app, events } = await buildServer(whole, (socket) => localSockets.has(socket));
  const stops = serveBus(whole);
  await database.open();
  await settleRestored(whole);
  if (closure.isClosed) log.warn({}, 'restored from a backup: every gate is closed until weir reopen');
  const local = await openLocalSocket(socketPath(config.dataDir, 'control.sock'), app, localSockets);
  await app.listen({ port: config.httpPort, host: config.bind });
  const sweep = clock.every(SWEEP_EACH_MS, () => {
    whole.people.sweep();
    whole.clips.sweep().catch((why: Error) => log.error({ why: why.message }, 'old clips were not removed'));
    if (database.up) {
      whole.outbox.flush().catch(() => {});
      void finishCuts(whole);
    }
    database.read((db) => userSql.deleteExpired(db, clock.now())).catch(() => {});
    database.read((db) => hitSql.forget(db, clock.now())).catch(() => {});
  });
  const staff = followStaff(whole);
  const again = clock.every(UNSAFE_EACH_MS, () => {
    const unsafe = tombstones.unsafe();
    // A full disk gives its ballast up before it is asked again.
    if (unsafe.length > 0)
      void capacity.check().then(() => {
        for (const cut of unsafe) tombstones.settle(cut).catch(() => {});
      });
  });
  const address = app.server.address();
  const port = typeof address === 'object' && address ? address.port : config.httpPort;
  log.info({ port, database: database.up }, 'control is ready');

  return {
    ports: { http: port },
    async close() {
      sweep.cancel();
      again.cancel();
      staff.cancel();
      capacity.close();
      whole.simulation?.close();
      events.close();
      await Promise.all([app.close(), local.close()]);
      for (const stop of stops) stop();
      whole.hooks.close();
      await streams.close();
      await whole.backups.close();
      await whole.keeper.close();
      await whole.recordings.close();
      await whole.accessNotes.close();
      whole.dryRuns.close();
      await whole.hits.close();
      await lexicon.close();
      await whole.outbox.flush().catch(() => {});
      await database.close();
      await tombstones.close();
      await ledger.close();
      journal.close();
    },
  };
}

/** What edges ask; all of it answered from memory and the ledger, nothing waits for PostgreSQL. */
function serveBus(control: Control): (() => void)[] {
  const { bus, streams, ledger, metrics } = control;
  return [
    bus.serve('control.hello', (body) => hello(control, body as Hello)),
    bus.serve('control.stones.bring', (body) => bring(control, body as BringStones)),
    bus.serve('control.stones.learn', (body) => learn(control, body as LearnStones)),
    bus.serve('control.lease', (body) => {
      streams.heard(body as LeaseRequest);
      return lease(control, body as LeaseRequest);
    }),
    bus.serve('control.publish', (body) => publish(control, body as PublishAsk)),
    bus.serve('control.broadcast', (body) => view(control, body as BroadcastAsk)),
    bus.serve('control.append', async (body) => {
      const { records } = body as AppendAsk;
      if (!Array.isArray(records)) throw new Problem('bad_request', 'records is a list');
      const committed = await ledger.append(records);
      control.alone.take(records);
      return { committed };
    }),
    bus.serve('control.history', (body) => history(control, body as HistoryAsk)),
    bus.serve('metrics.control', () => metrics.registry.metrics()),
    bus.serve('control.lexicon', (body) => {
      const { hash, at } = body as LexiconAsk;
      return control.lexicon.files.piece(hash, at);
    }),
    bus.serve('control.hits', (body) => control.hits.take(body as HitReport)),
    bus.serve('control.stream', (body) => streams.take(body as StreamEvent)),
    bus.subscribe('control.figures', (body) => streams.figures(body as Figures)),
  ];
}
