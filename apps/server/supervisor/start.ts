import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, createLog, isLoopback, joinBus, Metrics, openHub, realClock } from '@weir/kit';
import { lockDirectory } from '@weir/ledger/lock.ts';
import { RESTORING_FILE } from '../backup/restore/marker.ts';
import { settleClock } from '../time/open.ts';
import { type Database, openDatabase } from './database.ts';
import { childEnv } from './environment.ts';
import { makeFolders, socketPath } from './folders.ts';
import { buildPages } from './pages.ts';
import { mustBeFree } from './ports.ts';
import { answers, endOrphans } from './predecessor.ts';
import { Child } from './process.ts';
import { progressOf } from './progress.ts';

const CHILD_CLOSES_WITHIN_MS = 5_000;

type ListeningPort = 'httpPort' | 'mediaPort' | 'rtmpPort' | 'rtmpsPort';
/** `simulated`: a new store is made with a clock that moves by order. */
type Options = { progress: boolean; simulated: boolean };

/** Starts the whole service and stays until SIGTERM or SIGINT; every part in the order it needs the others. */
export async function start(config: Config, options: Options): Promise<void> {
  process.title = 'weir:supervisor';
  if (config.demo !== 'off' && !isLoopback(config.bind))
    throw new Error(
      `Demo accounts exist only on loopback: set WEIR_DEMO=off, or WEIR_BIND to 127.0.0.1 (it is ${config.bind}).`,
    );
  if (existsSync(join(config.dataDir, RESTORING_FILE)))
    throw new Error(
      `A restore into ${config.dataDir} was broken off, and what lies there is no whole store. Empty the directory and restore again.`,
    );
  makeFolders(config.dataDir);
  const busPath = socketPath(config.dataDir, 'bus.sock');
  // Two that begin at once find no bus yet: the lock lets one of them go on, and dies with it.
  const taken = await lockDirectory(config.dataDir).then(
    () => false,
    () => true,
  );
  if (taken || (await answers(busPath)))
    throw new Error(
      `A Weir already runs on ${config.dataDir}. Stop it, or set WEIR_DATA_DIR to another directory.`,
    );
  const { simulated } = await settleClock(config.dataDir, options.simulated);
  await endOrphans(config.dataDir, ['demo', 'edge', 'control', 'vault']);
  await mustBeFree(config.httpPort, config.bind, 'WEIR_HTTP_PORT');
  await mustBeFree(config.mediaPort, config.bind, 'WEIR_MEDIA_PORT');
  await mustBeFree(config.rtmpPort, config.bind, 'WEIR_RTMP_PORT');
  await mustBeFree(config.rtmpsPort ?? 0, config.bind, 'WEIR_RTMPS_PORT');

  const log = createLog('supervisor', config.logLevel);
  const { step } = progressOf(options.progress);
  const pidFile = join(config.dataDir, 'run', 'supervisor.pid');
  writeFileSync(pidFile, `${process.pid}\n`);

  const password = config.demoPassword ?? randomBytes(9).toString('base64url');
  const metrics = new Metrics('supervisor').withRuntime();
  const hub = await openHub(busPath);
  let postgres: Database | undefined;
  // A child that is started again listens where the first one did, also where any port was free to take.
  const fixed: Partial<Record<ListeningPort, number>> = {};
  const env = (role: string): Record<string, string> =>
    childEnv(role, {
      config: { ...config, demoPassword: password, ...fixed },
      busPath,
      simulated,
      postgres: postgres?.address ?? null,
    });
  const restarts = metrics.counter('child_restarts_total', 'Children that ended and were started again', [
    'role',
  ]);
  const onEnd = (role: string): void => restarts.inc({ role });
  const [vault, control, edge] = ['vault', 'control', 'edge'].map(
    (role) => new Child({ role, env: () => env(role), log, clock: realClock, onEnd }),
  ) as [Child, Child, Child];

  // Who needs nobody else begins at once: an edge asks for control until it answers.
  const [vaultUp, edgeUp] = [vault.start(), edge.start()];
  const database = openDatabase(config, log).then((opened) => {
    postgres = opened;
  });
  const pages = Promise.all([buildPages('site'), buildPages('console')]);
  const controlUp = Promise.all([database, vaultUp]).then(() => control.start());
  // Each is waited for below, in the order of the steps; one that fails before its step is no surprise.
  for (const begun of [database, pages, vaultUp, edgeUp, controlUp]) begun.catch(() => {});

  let stopping = false;
  const stop = async (cause: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info({ cause }, 'stopping');
    // The edge first, so that its last records reach control; the database last.
    await Promise.all([demo?.stop(1_000), edge.stop(CHILD_CLOSES_WITHIN_MS)]);
    await Promise.all([control.stop(CHILD_CLOSES_WITHIN_MS), vault.stop(CHILD_CLOSES_WITHIN_MS)]);
    await database.catch(() => {});
    await postgres?.stop();
    await hub.close();
    rmSync(pidFile, { force: true });
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop(signal));
  process.on('disconnect', () => void stop('launcher gone'));

  let demo: Child | undefined;
  try {
    await step(2, 'Preparing the database', () => database);
    await step(3, 'Building the pages', () => pages);
    const ports = await step(4, 'Starting vault, control and edge', async () => {
      const [controlPorts, edgePorts] = await Promise.all([controlUp, edgeUp]);
      for (const [name, port] of Object.entries({ ...controlPorts, ...edgePorts }))
        fixed[`${name}Port` as ListeningPort] = port;
      return controlPorts;
    });
    const url = `http://${config.bind}:${ports['http']}`;
    // The demo signs in with accounts that control makes once it has caught up.
    await ready(url);
    if (config.demo === 'on') {
      demo = new Child({
        role: 'demo',
        env: () => ({ ...env('demo'), WEIR_INTERNAL_URL: url }),
        log,
        clock: realClock,
      });
      await step(5, 'Starting the demo broadcasts', async () => demo?.start());
    }
    const shown = config.publicUrl ?? url;
    console.log(`Weir is ready: ${url}`);
    if (simulated) {
      log.warn({}, 'the clock of this store is simulated: for trials alone');
      console.log('  Clock    simulated, for trials alone; weir clock advance 59d moves it on');
    }
    console.log(`  Lobby    ${shown}/`);
    console.log(`  Console  ${shown}/console`);
    if (config.demo !== 'off') {
      console.log(`  Demo     ${shown}/demo`);
      console.log(`  Accounts demo-viewer, demo-publisher, demo-reviewer, demo-admin; password ${password}`);
    }
  } catch (why) {
    // Told to stop while it started: what was begun is closed in order.
    if (stopping) return;
    log.error({ err: why }, 'could not start');
    console.error((why as Error).message);
    process.exitCode = 1;
    await Promise.all([demo?.stop(1_000), edge.stop(2_000), control.stop(2_000), vault.stop(2_000)]);
    await database.catch(() => {});
    await postgres?.stop();
    process.exit(1);
  }
  // The supervisor sits on its own bus too, so that its figures are gathered with the others'.
  const bus = await joinBus(busPath, 'supervisor');
  bus.serve('metrics.supervisor', () => metrics.registry.metrics());
}

/** Waits until `/readyz` answers 200; the children have said they are ready, what is left is work of an earlier run and the demo's accounts. */
async function ready(url: string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url}/readyz did not answer 200 within 30 s; the log above says why`);
}
