import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '@weir/kit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStage, type Stage } from './testing/stage.ts';
import { FOLLOW_UPS } from './tombstones.ts';

const MANY = 50_000;
let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
}, 180_000);
afterAll(() => stage?.close());

const cutLine = (broadcast: string, order: string): string => {
  const rest = { reason: 'other', orderedAt: 1_000, by: 'somebody', edges: {}, done: [...FOLLOW_UPS] };
  return `${JSON.stringify({ t: 'cut', cut: { order, broadcast, ...rest } })}\n`;
};
const atEdge = (): Set<string> =>
  new Set(
    readFileSync(join(stage.dataDir, 'edge', 'tombstones.ndjson'), 'utf8')
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [JSON.parse(line).cut?.broadcast as string])),
  );

it(`${MANY} standing cuts reach an edge before it serves anybody, and come back from it where control lost them`, async () => {
  const publisher = await stage.signIn('demo-publisher');
  const { body } = await stage.call(publisher, 'POST', '/api/broadcasts', {
    title: '试播',
    kind: 'video',
    category: 'chat',
  });
  const { id, ingest } = body;
  // Addresses that were given out before, to an edge that must not serve them now.
  const saved = (await stage.call('', 'POST', `/api/broadcasts/${id}/play`, {})).body;
  const others = Array.from({ length: MANY - 1 }, () => newId());
  await stage.restartEdge({
    between: () =>
      stage.restartControl({
        before: async () =>
          writeFileSync(
            join(stage.dataDir, 'control', 'tombstones.ndjson'),
            // The one that matters comes last: an edge that opened after the first page would not know it.
            [...others, id].map((broadcast) => cutLine(broadcast, newId())).join(''),
          ),
      }),
  });
  expect(atEdge().size).toBe(MANY);
  const path = new URL(saved.flv);
  const now = new URL((await stage.call('', 'GET', '/api/site')).body.mediaUrl);
  expect((await fetch(`http://${now.host}${path.pathname}${path.search}`)).status).toBe(410);
  await expect(stage.publish(ingest)).rejects.toThrow();

  // Control's disk is lost: the edge brings what it has.
  await stage.restartControl({
    before: async () => writeFileSync(join(stage.dataDir, 'control', 'tombstones.ndjson'), ''),
  });
  await expect
    .poll(async () => (await stage.call('', 'GET', `/api/broadcasts/${id}`)).body.state, { timeout: 60_000 })
    .toBe('cut');
}, 300_000);
