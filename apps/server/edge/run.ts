import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Metrics, Problem } from '@weir/kit';
import { refuseSocket } from '@weir/media/fanout/answer.ts';
import { Door } from '@weir/media/fanout/door.ts';
import { ingestLimits } from '@weir/media/ingest/limits.ts';
import { RtmpServer } from '@weir/media/ingest/server.ts';
import { recoverRecordings } from '@weir/media/tap/recover.ts';
import { TokenVerifier } from '@weir/media/token.ts';
import { DEFAULT_LIMITS, Rooms } from '@weir/rooms';
import type { ProcessContext, Running } from '../supervisor/child.ts';
import type { BroadcastView, LexiconOrder, Welcome } from '../wire.ts';
import { ControlLine } from './control-line.ts';
import { Edge } from './edge.ts';
import { edgeMetrics } from './figures.ts';
import { HitReports } from './hits.ts';
import { Lease } from './lease.ts';
import { EdgeLexicon } from './lexicon.ts';
import { serveOrders } from './orders.ts';
import { Screening } from './screening/screening.ts';
import { exchangeStones } from './stones.ts';
import { Tombstones } from './tombstones.ts';
import { untilAnswered } from './untilAnswered.ts';

/** One edge a machine for now; more come with the NATS transport. */
const EDGE = '1';
const FIGURES_MS = 1_000;
/** Who watches an ended broadcast by HLS learns of the end for at least so long. */
const TIDY_MS = 60_000;

/** Starts the edge: tombstones, the hello to control, a lease, and only then the doors. */
export async function runEdge({ config, bus, log, clock }: ProcessContext): Promise<Running> {
  const tombstones = await Tombstones.open(join(config.dataDir, 'edge'));
  // What a gate held when the process died was never released; its key died too.
  await rm(join(config.dataDir, 'edge', 'spill'), { recursive: true, force: true });
  const line = new ControlLine({ bus, edge: EDGE, clock, log });

  let lease: Lease | undefined;
  const mayServe = (): boolean => lease?.holds() ?? false;
  let rooms: Rooms;
  const edge = new Edge({ id: EDGE, config, clock, log, line, tombstones, rooms: () => rooms, mayServe });
  const lexicon = await EdgeLexicon.open({
    dir: join(config.dataDir, 'edge', 'lexicon'),
    clock,
    log,
    fetch: (hash, at) => line.lexicon(hash, at),
  });
  const { screen } = lexicon;
  const screening = new Screening({ screen, config, clock, talkOf: (room) => edge.talk(room) });
  rooms = new Rooms({
    clock,
    screen: screening.screen,
    rates: (user) => screening.allowance(user),
    log,
    limits: { ...DEFAULT_LIMITS, messagesPerPerson: config.limitMessageRate },
    host: {
      commit: (records) => line.append(records),
      history: (room, after, limit) => line.history(room, after, limit),
      outputMs: (room) => edge.outputMs(room),
      holds: mayServe,
    },
  });
  for (const stone of tombstones.all()) rooms.cut(stone.broadcast, stone);

  const tls =
    config.tlsCert && config.tlsKey
      ? { cert: readFileSync(config.tlsCert, 'utf8'), key: readFileSync(config.tlsKey, 'utf8') }
      : undefined;
  const rtmp = new RtmpServer({ host: edge, limits: ingestLimits(config), clock, log });
  const rtmpPort = await rtmp.listen(config.rtmpPort, config.bind);
  const rtmpsPort =
    tls && config.rtmpsPort !== undefined
      ? await rtmp.listenTls(config.rtmpsPort, config.bind, tls)
      : undefined;
  serveOrders(bus, EDGE, { edge, rooms, screening });
  bus.serve(`edge.${EDGE}.lexicon`, (order) => lexicon.follow(order as LexiconOrder));

  /** Reports for duty; again where a port became known or control asks. */
  const sayHello = async (mediaPort: number): Promise<Welcome> => {
    const hello = { edge: EDGE, boot: bus.boot, mediaPort, rtmpPort, ...(rtmpsPort ? { rtmpsPort } : {}) };
    return untilAnswered(() => line.hello(hello), clock);
  };
  /** What control cannot give now is asked for again. */
  const followLexicon = async (welcome: Welcome): Promise<void> => {
    if (welcome.lexicon) await lexicon.follow(welcome.lexicon).catch(() => {});
  };
  const learnStones = (): Promise<void> => exchangeStones({ line, edge, tombstones, clock, log });
  const welcome = await sayHello(0);
  await learnStones();
  await followLexicon(welcome);

  const door = new Door({
    clock,
    log,
    verifier: new TokenVerifier(welcome.playKey, clock),
    limits: {
      perAddress: config.limitPerAddress,
      joinsPerSecond: config.limitJoinsPerSecond,
      viewersPerBroadcast: config.limitViewers,
    },
    trustProxy: config.trustProxy,
    ...(tls && config.mediaTls === 'on' ? { tls } : {}),
    host: {
      channel: (id) => {
        // Without a lease nothing is served, what HLS already holds included.
        if (!mayServe()) throw new Problem('not_ready', 'This edge waits for control');
        return edge.channel(id);
      },
      isCut: (id) => tombstones.has(id),
      isRevoked: (session) => edge.isRevoked(session),
      onRoomUpgrade: (req, socket, head, claims, address) => {
        const join = (view?: BroadcastView): void => {
          if (view) rooms.set(claims.b, { gate: view.gate, slowMs: view.slowMs });
          rooms.join(req, socket, head, {
            room: claims.b,
            session: claims.s,
            address,
            ...(claims.u ? { user: { id: claims.u.id, nickname: claims.u.nick } } : {}),
          });
        };
        // A cut room needs nobody to say so; control does not show it any more.
        if (tombstones.has(claims.b)) join();
        else
          void edge.view(claims.b).then(join, (why) => {
            if (tombstones.has(claims.b)) join();
            else refuseSocket(socket, why instanceof Problem ? why : new Problem('internal'));
          });
      },
    },
  });
  const mediaPort = await door.listen(config.mediaPort, config.bind);
  await sayHello(mediaPort);

  let asked: string[] = [];
  let meeting = false;
  /** Takes over what was cut or restored while control could not tell this edge. */
  const meet = async (): Promise<void> => {
    if (meeting) return;
    meeting = true;
    try {
      const again = await sayHello(mediaPort);
      await learnStones();
      void followLexicon(again);
    } catch (why) {
      log.warn({ why: (why as Error).message }, 'hello not answered');
    } finally {
      meeting = false;
    }
  };
  lease = new Lease({
    clock,
    log,
    leaseMs: welcome.leaseMs,
    ask: () => {
      const broadcasts = edge.held();
      asked = broadcasts.map(({ id }) => id);
      return { edge: EDGE, boot: bus.boot, broadcasts };
    },
    request: (body, timeoutMs) => line.lease(body, timeoutMs),
    answered: (answer) => {
      edge.answered(answer, asked);
      if (answer.hello) void meet();
    },
    lost: () => edge.suspendAll(),
    regained: () => edge.resumeAll(),
  });
  await lease.renew();

  for (const { broadcast, session, ...segment } of await recoverRecordings(join(config.dataDir, 'media')))
    line.recorded(broadcast, session, segment);
  const metrics = new Metrics('edge').withRuntime();
  edgeMetrics(metrics, edge, door);
  bus.serve('metrics.edge', () => metrics.registry.metrics());
  const figures = clock.every(FIGURES_MS, () => line.figures(edge.figures()));
  const tidy = clock.every(TIDY_MS, () => edge.tidy());
  const hits = new HitReports({ bus, clock, log, edge: EDGE, counts: () => screen.counts });

  return {
    ports: { media: mediaPort, rtmp: rtmpPort, ...(rtmpsPort === undefined ? {} : { rtmps: rtmpsPort }) },
    close: async () => {
      figures.cancel();
      tidy.cancel();
      hits.close();
      lease.close();
      await rtmp.close();
      edge.closeAll();
      await rooms.close();
      await door.close();
      await lexicon.close();
      await tombstones.close();
    },
  };
}
