import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '@weir/kit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type {
  BroughtStones,
  CutOrder,
  CutReport,
  LeaseAnswer,
  RestoreOrder,
  StonesPage,
  Tombstone,
} from '../wire.ts';
import { openStage, type Stage } from './testing/stage.ts';

const LEASE_MS = 2_000;
let stage: Stage;
let reviewer: string;
let publisher: string;

beforeAll(async () => {
  stage = await openStage({ edge: false, env: { WEIR_LEASE_MS: String(LEASE_MS) } });
  reviewer = await stage.signIn('demo-reviewer');
  publisher = await stage.signIn('demo-publisher');
}, 180_000);
afterAll(() => stage?.close());

/** An edge that a test plays: it may be silent as a stopped process is, and remembers what it was told. */
async function playEdge(id: string, tombstones: Tombstone[] = []) {
  const edge = {
    silent: false,
    viewers: 3,
    cuts: [] as CutOrder[],
    restores: [] as RestoreOrder[],
    stands: [] as string[],
    async hello(stones = tombstones) {
      const who = { edge: id, boot: stage.bus.boot };
      await stage.bus.request('control.hello', { ...who, mediaPort: 1, rtmpPort: 2 });
      const brought = { ...who, tombstones: stones };
      const { lifted } = await stage.bus.request<BroughtStones>('control.stones.bring', brought);
      const { tombstones } = await stage.bus.request<StonesPage>('control.stones.learn', who);
      edge.stands = tombstones.map(({ broadcast }) => broadcast);
      return { lifted };
    },
    lease: (broadcasts: string[] = []) =>
      stage.bus.request<LeaseAnswer>('control.lease', {
        edge: id,
        boot: stage.bus.boot,
        nonce: 1,
        broadcasts: broadcasts.map((broadcast) => ({ id: broadcast, version: 0 })),
      }),
  };
  const never = new Promise<never>(() => {});
  stage.bus.serve(`edge.${id}.cut`, (body) => {
    if (edge.silent) return never;
    const order = body as CutOrder;
    edge.cuts.push(order);
    const at = Date.now();
    const report: CutReport = {
      edge: id,
      gatesClosedAt: at,
      lastWriteAt: at,
      lastResetAt: at,
      publisherKickedAt: null,
      viewers: edge.viewers,
    };
    return report;
  });
  stage.bus.serve(`edge.${id}.restore`, (body) => {
    if (edge.silent) return never;
    edge.restores.push(body as RestoreOrder);
    return null;
  });
  stage.bus.serve(`edge.${id}.view`, () => null);
  await edge.hello();
  return edge;
}

const create = async (): Promise<string> =>
  (await stage.call(publisher, 'POST', '/api/broadcasts', { title: '试', kind: 'video', category: 'chat' }))
    .body.id;
const cut = (id: string) =>
  stage.call(reviewer, 'POST', `/api/broadcasts/${id}/cut-off`, { reason: 'other', note: '记下' });
const certificate = (id: string) => stage.call(reviewer, 'GET', `/api/broadcasts/${id}/cut-off`);
const decided = async (id: string, decision: string) => {
  const admin = await stage.signIn('demo-admin');
  return vi.waitFor(
    async () => {
      const { body } = await stage.call(admin, 'GET', `/api/log?kind=decision.made&broadcast=${id}`);
      const found = body.items.find((item: { decision: string }) => item.decision === decision);
      expect(found).toBeDefined();
      return found;
    },
    { timeout: 60_000 },
  );
};

describe('the certificate of a cut', () => {
  it('is provisional while an edge is silent, says by when that one is closed, and turns final when it reports', async () => {
    const [a, b] = [await playEdge('a'), await playEdge('b')];
    const id = await create();
    b.silent = true;
    const { body: first } = await cut(id);
    expect(first).toMatchObject({ state: 'provisional', broadcast: id, viewersCut: 3 });
    const parts = Object.fromEntries(first.edges.map((part: { edge: string }) => [part.edge, part]));
    expect(parts['a']).toMatchObject({ state: 'confirmed', viewers: 3 });
    expect(parts['a']).not.toHaveProperty('closedNoLaterThan');
    expect(parts['b']).toMatchObject({ state: 'unconfirmed', lastWriteAt: null });
    const bound = Date.parse(parts['b'].closedNoLaterThan) - Date.parse(first.orderedAt);
    expect(bound).toBeGreaterThanOrEqual(LEASE_MS);
    expect(bound).toBeLessThanOrEqual(LEASE_MS + 1_000);

    // Meanwhile the lease grants the broadcast to nobody.
    const answer = await a.lease([id]);
    expect([answer.granted, answer.cut.map(({ broadcast }) => broadcast)]).toEqual([[], [id]]);

    const { body: second } = await cut(id);
    expect([second.id, second.state]).toEqual([first.id, 'provisional']);
    b.silent = false;
    await b.lease();
    await vi.waitFor(async () => expect((await certificate(id)).body.state).toBe('final'), {
      timeout: 60_000,
    });
    const { body: last } = await certificate(id);
    expect(last).toMatchObject({ id: first.id, viewersCut: 6, orderedAt: first.orderedAt });
    expect(last.beyond.map(({ where }: { where: string }) => where)).toEqual(['proxy', 'cdn', 'player']);
  }, 180_000);

  it('is one and the same for two who order at once', async () => {
    const edge = await playEdge('a');
    await playEdge('b');
    const id = await create();
    const before = edge.cuts.length;
    const both = await Promise.all([cut(id), cut(id)]);
    expect(new Set(both.map(({ body }) => body.id)).size).toBe(1);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(edge.cuts.length).toBe(before + 1);
  });

  it('is kept with the decision, as its edges reported', async () => {
    const id = await create();
    const { body } = await cut(id);
    expect(body.state).toBe('final');
    const found = await decided(id, 'cut');
    expect(found).toMatchObject({ log: 'moderation', order: body.id, reason: 'other', note: '记下' });
    const { default: pg } = await import('pg');
    const client = new pg.Client(stage.postgres.connection);
    await client.connect();
    const { rows } = await client.query(
      'SELECT certificate, note FROM decisions d, LATERAL (SELECT to_jsonb(d)::text AS note) t WHERE id = $1',
      [body.id],
    );
    await client.end();
    expect(rows[0].certificate).toMatchObject({ id: body.id, state: 'final' });
    // The note is in the sealed record alone.
    expect(rows[0].note).not.toContain('记下');
  });
});

describe('restore', () => {
  it('is a recorded order of its own: state created, same key, new HLS epoch', async () => {
    const edge = await playEdge('a');
    const id = await create();
    const path = `/api/broadcasts/${id}`;
    const epoch = async (): Promise<string | undefined> =>
      /\/hls\/[^/]+\/(\d+)\//.exec((await stage.call('', 'POST', `${path}/play`, {})).body.hls)?.[1];
    expect(await epoch()).toBe('1');
    await cut(id);
    expect((await stage.call('', 'POST', `${path}/play`, {})).status).toBe(410);
    const { status, body } = await stage.call(reviewer, 'POST', `${path}/restore`, { note: '误判' });
    expect([status, body.state]).toEqual([200, 'created']);
    expect(await epoch()).toBe('2');
    expect(edge.restores.at(-1)).toMatchObject({ broadcast: id, view: { epoch: 2 } });
    expect(await decided(id, 'restore')).toMatchObject({ lifts: edge.cuts.at(-1)?.order, note: '误判' });
    expect((await stage.call(reviewer, 'POST', `${path}/restore`, { note: '再来' })).body.code).toBe(
      'not_cut',
    );
    // Cut again it is another order.
    const again = await cut(id);
    expect(again.body.id).not.toBe(edge.cuts.at(-2)?.order);
    await stage.call(reviewer, 'POST', `${path}/restore`, { note: '完' });
  });

  it('reaches an edge that was away, with the hello that its next lease asks for', async () => {
    const edge = await playEdge('a');
    const id = await create();
    await cut(id);
    const stone = edge.cuts.at(-1) as CutOrder;
    edge.silent = true;
    await stage.call(reviewer, 'POST', `/api/broadcasts/${id}/restore`, { note: '误判' });
    edge.silent = false;
    expect((await edge.lease()).hello).toBe(true);
    const { lifted } = await edge.hello([stone]);
    expect(lifted).toMatchObject([{ broadcast: id, view: { id, epoch: 2 } }]);
    expect((await edge.lease()).hello).toBeUndefined();
  }, 180_000);

  it('and cuts outlive a restart of control', async () => {
    await playEdge('a');
    const [cutOne, restored] = [await create(), await create()];
    await cut(cutOne);
    await cut(restored);
    await stage.call(reviewer, 'POST', `/api/broadcasts/${restored}/restore`, { note: '误判' });
    await stage.restartControl();
    expect((await stage.call('', 'GET', `/api/broadcasts/${cutOne}`)).body.state).toBe('cut');
    expect((await stage.call('', 'GET', `/api/broadcasts/${restored}`)).body.state).toBe('created');
    const edge = await playEdge('a');
    expect(edge.stands).toContain(cutOne);
    expect(edge.stands).not.toContain(restored);
  }, 180_000);
});

describe('the record of a cut', () => {
  const cuts = async (id: string): Promise<object[]> =>
    (await stage.call(await stage.signIn('demo-admin'), 'GET', `/api/log?kind=broadcast.cut&broadcast=${id}`))
      .body.items;

  it('is written once, also where control was killed between the record and the mark that says so', async () => {
    await playEdge('a');
    const ids = [await create(), await create()] as const;
    for (const id of ids) await cut(id);
    await vi.waitFor(async () => expect(await Promise.all(ids.map(cuts))).toMatchObject([[{}], [{}]]), {
      timeout: 60_000,
    });
    const path = join(stage.dataDir, 'control', 'tombstones.ndjson');
    await stage.restartControl({
      before: async () => {
        // What such a kill leaves on disk: the record, and no mark.
        const lines = readFileSync(path, 'utf8').split('\n');
        const unmarked = lines.filter(
          (line) => !line.includes('"t":"done"') || !line.includes('"what":"content"'),
        );
        expect(unmarked.length).toBeLessThan(lines.length);
        writeFileSync(path, unmarked.join('\n'));
      },
    });
    await vi.waitFor(
      async () => {
        const marks = readFileSync(path, 'utf8')
          .split('\n')
          .filter((line) => line.includes('"what":"content"'));
        expect(marks.length).toBeGreaterThanOrEqual(2);
      },
      { timeout: 60_000 },
    );
    expect(await Promise.all(ids.map(cuts))).toMatchObject([[{}], [{}]]);
  }, 180_000);
});

describe('a tombstone that only one side still has', () => {
  it('stands at control when an edge brings it', async () => {
    const id = await create();
    const stone = { order: newId(), broadcast: id, reason: 'other', orderedAt: Date.now() };
    await playEdge('c', [stone]);
    expect((await stage.call('', 'GET', `/api/broadcasts/${id}`)).body).toMatchObject({
      state: 'cut',
      cut: { reason: 'other' },
    });
    expect((await certificate(id)).body.id).toBe(stone.order);
    expect(await decided(id, 'cut')).toMatchObject({ order: stone.order });
  });
});
