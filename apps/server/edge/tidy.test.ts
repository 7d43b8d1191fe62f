import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId, readConfig, SimulatedClock, silentLog } from '@weir/kit';
import { DEFAULT_LIMITS, Rooms } from '@weir/rooms';
import { afterEach, expect, it } from 'vitest';
import type { BroadcastView } from '../wire.ts';
import type { ControlLine } from './control-line.ts';
import { Edge } from './edge.ts';
import { Tombstones } from './tombstones.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'weir-tidy-'));
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

it('an edge lets go of channels that nobody has used between two looks, and asks anew what it does not use', async () => {
  const clock = new SimulatedClock();
  const asked: string[] = [];
  const open = { mode: 'open', delayMs: 0, rule: 'test' } as const;
  const line = {
    broadcast: async (id: string): Promise<BroadcastView> => {
      asked.push(id);
      const gate = { media: open, messages: open };
      return { id, number: 1, kind: 'video', epoch: 1, version: asked.length, gate, slowMs: 0 };
    },
    stream: () => {},
  } as unknown as ControlLine;
  const host = {
    commit: async () => {},
    history: async () => ({ offset: 0, items: [], held: [] }),
    outputMs: () => 0,
  };
  const rooms = new Rooms({ clock, log: silentLog, limits: DEFAULT_LIMITS, host });
  const tombstones = await Tombstones.open(dataDir);
  const edge = new Edge({
    ...{ id: '1', config: readConfig({ WEIR_DATA_DIR: dataDir }), clock, log: silentLog, line, tombstones },
    ...{ rooms: () => rooms, mayServe: () => true },
  });
  const [used, idle] = [newId(), newId()];
  const first = await edge.channel(idle);
  const kept = await edge.channel(used);
  kept?.publish({
    ...{ id: 'session', address: '', protocol: 'rtmp', encoder: '' },
    ...{
      kick: () => {},
      lastPacketAt: () => 0,
      health: () => ({ bitrate: 0, fps: 0, keyIntervalMs: 0, driftMs: 0 }),
    },
  });
  edge.tidy();
  expect(await edge.channel(idle)).toBe(first);
  edge.tidy();
  const again = await edge.channel(idle);
  expect(again).not.toBe(first);
  expect([first?.over, again?.over]).toEqual([true, false]);
  expect(await edge.channel(used)).toBe(kept);
  // An idle one's view may be old news; one in use is told of every change.
  const before = asked.length;
  await edge.view(used);
  await edge.view(idle);
  expect(asked.slice(before)).toEqual([idle]);
  await rooms.close();
  await tombstones.close();
});
