import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, type Created, createBroadcast, type Play, signIn } from '@weir/e2e/client.ts';
import { type Service, startService } from '@weir/e2e/service.ts';
import { publish } from './fanout/rtmp.ts';
import { family } from './process.ts';

/** The whole service with a person who publishes and one who reviews. */
export type Whole = {
  readonly service: Service;
  readonly publisher: Client;
  readonly reviewer: Client;
  /** A new broadcast that is on the air, fed by ffmpeg: with 1 Mbit/s where `send` does not say otherwise. */
  live(
    send?: (url: string) => { stop(): Promise<void> },
  ): Promise<{ broadcast: Created; play: Play; stop(): Promise<void> }>;
  /** Stops PostgreSQL with all its processes where they stand: connections to it neither work nor break. */
  freezePostgres(): { thaw(): void };
  stop(): Promise<void>;
};

const READY_MS = 30_000;

/** Waits until `holds`; @throws Error after 30 s */
export async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const late = performance.now() + READY_MS;
  while (!(await holds())) {
    if (performance.now() > late) throw new Error(`${what}: not within ${READY_MS / 1000} s`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** Starts the service as `npx weir start` does, on free ports, with no limit to what one address may hold. */
export async function startWhole(env: Record<string, string> = {}): Promise<Whole> {
  const service = await startService({ WEIR_LIMIT_PER_ADDRESS: '0', ...env });
  const [publisher, reviewer] = await Promise.all([
    signIn(service, 'demo-publisher'),
    signIn(service, 'demo-reviewer'),
  ]);
  return {
    service,
    publisher,
    reviewer,
    async live(send = publish) {
      const broadcast = await createBroadcast(publisher);
      const sender = send(`${broadcast.ingest.url}/${broadcast.ingest.key}`);
      await until('a broadcast goes live', async () => {
        const { state } = await publisher.get<{ state: string }>(`/api/broadcasts/${broadcast.id}`);
        return state === 'live';
      });
      const play = await publisher.post<Play>(`/api/broadcasts/${broadcast.id}/play`);
      return { broadcast, play, stop: () => sender.stop() };
    },
    freezePostgres() {
      const file = join(service.dataDir, 'postgres', 'postmaster.pid');
      const pids = family(Number(readFileSync(file, 'utf8').split('\n')[0]));
      for (const pid of pids) process.kill(pid, 'SIGSTOP');
      return {
        thaw() {
          for (const pid of pids) process.kill(pid, 'SIGCONT');
        },
      };
    },
    stop: () => service.dispose(),
  };
}
