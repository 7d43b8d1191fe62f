import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ApiError, type Broadcast, type Client, call, createBroadcast, signIn } from './client.ts';
import { publish } from './encoder.ts';
import { type Service, startService } from './service.ts';
import { weir } from './weir.ts';

/** Kills of everything right behind a cut's answer; 1,000 on demand would only repeat them. */
const KILLS = process.env['WEIR_TEST_FULL'] ? 20 : 3;
let service: Service;
let publisher: Client;
let reviewer: Client;

async function people(): Promise<void> {
  [publisher, reviewer] = await Promise.all([
    signIn(service, 'demo-publisher'),
    signIn(service, 'demo-reviewer'),
  ]);
}
beforeAll(async () => {
  service = await startService({ WEIR_LEASE_MS: '2000' });
  await people();
}, 180_000);
afterAll(() => service?.dispose());

const postmaster = (): number =>
  Number(readFileSync(join(service.dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
const state = async (id: string): Promise<string> =>
  (await call<Broadcast>(service, '', 'GET', `/api/broadcasts/${id}`)).state;
const cut = (id: string) =>
  reviewer.post<{ id: string; state: string }>(`/api/broadcasts/${id}/cut-off`, { reason: 'other' });

describe('PostgreSQL restarted under load', () => {
  it('takes no process down and loses nothing that was acknowledged', async () => {
    const pids = (['supervisor', 'control', 'vault', 'edge'] as const).map((role) => service.pid(role));
    const made: { id: string; note: string }[] = [];
    const refusals = new Map<string, number>();
    let over = false;
    /** Creates, orders a gate and cuts, over and over; remembers what was answered with yes. */
    const work = async (worker: number): Promise<void> => {
      for (let n = 0; !over; n++) {
        const note = `drill ${worker}.${n}`;
        try {
          const { id } = await createBroadcast(publisher, { title: note });
          await reviewer.put(`/api/broadcasts/${id}/gate`, {
            media: { mode: 'delay', delayMs: 2_000 },
            note,
          });
          made.push({ id, note });
        } catch (why) {
          const code = why instanceof ApiError ? why.code : (why as Error).message;
          refusals.set(code, (refusals.get(code) ?? 0) + 1);
          await sleep(20);
        }
      }
    };
    const workers = Array.from({ length: 8 }, (_, worker) => work(worker));
    // The fast way down while connections work, then the crash.
    for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
      const before = made.length;
      await vi.waitFor(() => expect(made.length).toBeGreaterThan(before + 20), { timeout: 60_000 });
      process.kill(postmaster(), signal);
      const down = made.length;
      await vi.waitFor(() => expect(made.length).toBeGreaterThan(down + 20), { timeout: 60_000 });
    }
    over = true;
    await Promise.all(workers);
    expect((['supervisor', 'control', 'vault', 'edge'] as const).map((role) => service.pid(role))).toEqual(
      pids,
    );
    // What could not be done was said in the catalogue's words.
    expect([...refusals.keys()].filter((code) => code !== 'database_unavailable')).toEqual([]);

    await service.stop();
    service = await service.again();
    await people();
    const admin = await signIn(service, 'demo-admin');
    const { items } = await admin.get<{ items: { kind: string; note?: string }[] }>(
      '/api/log?kind=gate.changed&limit=10000',
    );
    const recorded = new Set(items.map(({ note }) => note));
    const lost: string[] = [];
    for (const { id, note } of made) {
      const { gate } = await admin.get<Broadcast>(`/api/broadcasts/${id}`);
      if (gate.media.mode !== 'delay' || !recorded.has(note)) lost.push(note);
    }
    expect(lost).toEqual([]);
    expect(made.length).toBeGreaterThan(120);
  }, 180_000);
});

describe('PostgreSQL stopped', () => {
  it('stops neither leases nor cuts, control restarted without it nor weir cut; the rest is told to wait', async () => {
    const [running, again, byHand] = await Promise.all([1, 2, 3].map(() => createBroadcast(publisher)));
    if (!running || !again || !byHand) throw new Error('three were made');
    const encoder = publish(`${running.ingest.url}/${running.ingest.key}`);
    await vi.waitFor(async () => expect(await state(running.id)).toBe('live'), { timeout: 60_000 });
    const stopped = postmaster();
    // A stopped process answers nobody and dies of nothing: the supervisor does not bring another.
    process.kill(stopped, 'SIGSTOP');
    for (const pid of backends(stopped)) process.kill(pid, 'SIGSTOP');
    try {
      await expect(signIn(service, 'demo-viewer')).rejects.toMatchObject({ code: 'database_unavailable' });
      await expect(createBroadcast(publisher)).rejects.toMatchObject({ code: 'database_unavailable' });
      expect(await state(running.id)).toBe('live');
      const first = await cut(running.id);
      expect(first.state).toBe('final');
      expect((await encoder.ended).code).not.toBe(0);

      const before = service.pid('control');
      process.kill(before, 'SIGKILL');
      await vi.waitFor(() => expect(service.pid('control')).not.toBe(before), { timeout: 60_000 });
      // The same token, the same person, the same right: from control's own disk.
      const second = await vi.waitFor(() => cut(again.id), { timeout: 60_000, interval: 100 });
      expect(second.state).toBe('final');
      expect((await cut(running.id)).id).toBe(first.id);
      const third = await weir(service, ['cut', byHand.id, '--reason', 'other', '--json']);
      expect([third.code, JSON.parse(third.out).state]).toEqual([0, 'final']);
      for (const { id, ingest } of [again, byHand]) {
        expect(await state(id)).toBe('cut');
        expect((await publish(`${ingest.url}/${ingest.key}`, { seconds: 4 }).ended).code).not.toBe(0);
      }
    } finally {
      for (const pid of [...backends(stopped), stopped]) process.kill(pid, 'SIGCONT');
    }
    // Decisions follow when it is back.
    const admin = await vi.waitFor(() => signIn(service, 'demo-admin'), { timeout: 60_000, interval: 300 });
    for (const { id } of [running, again, byHand])
      await vi.waitFor(
        async () =>
          expect(
            (await admin.get<{ items: object[] }>(`/api/log?kind=decision.made&broadcast=${id}`)).items,
          ).toMatchObject([{ decision: 'cut' }]),
        { timeout: 60_000, interval: 200 },
      );
  }, 300_000);
});

/** The server's own children: they serve the connections. */
function backends(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
}

describe('sign-ins', () => {
  it('that wait for the vault hold up no cut, and all are answered when it wakes', async () => {
    const { id } = await createBroadcast(publisher);
    const vault = service.pid('vault');
    process.kill(vault, 'SIGSTOP');
    let answered = 0;
    const tries = Array.from({ length: 64 }, () =>
      signIn(service, 'demo-viewer')
        .then(() => 'in')
        .catch((why: ApiError) => why.code)
        .finally(() => answered++),
    );
    try {
      expect((await cut(id)).state).toBe('final');
      expect(answered).toBe(0);
    } finally {
      process.kill(vault, 'SIGCONT');
    }
    expect(new Set(await Promise.all(tries))).toEqual(new Set(['in']));
  }, 180_000);
});

describe('kill -9 of everything', () => {
  it('some milliseconds after a cut’s answer leaves it cut', async () => {
    for (let n = 0; n < KILLS; n++) {
      const { id, ingest } = await createBroadcast(publisher);
      await cut(id);
      await sleep((n * 7) % 25);
      await service.killAll();
      service = await service.again();
      await people();
      expect(await state(id)).toBe('cut');
      const { url } = (await createBroadcast(publisher)).ingest;
      expect((await publish(`${url}/${ingest.key}`, { seconds: 4 }).ended).code).not.toBe(0);
      const admin = await signIn(service, 'demo-admin');
      await vi.waitFor(
        async () =>
          expect(
            (await admin.get<{ items: object[] }>(`/api/log?kind=decision.made&broadcast=${id}`)).items,
          ).toHaveLength(1),
        { timeout: 60_000 },
      );
    }
  }, 300_000);
});
