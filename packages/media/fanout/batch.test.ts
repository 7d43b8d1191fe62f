import { SimulatedClock, silentLog } from '@weir/kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { batchOf } from './batch.ts';
import { FlvFanout } from './flv.ts';
import { frameBytes } from './frame.ts';
import type { Piece } from './reel.ts';
import { audio, bodyOf, Pairs, readFrames, readTags, video } from './stage.ts';

let pairs: Pairs;
beforeEach(async () => {
  pairs = await Pairs.open();
});
afterEach(() => pairs.close());

const piece = (seq: number, bytes: number, more: Partial<Piece> = {}): Piece => ({
  ...frameBytes(Buffer.alloc(bytes, seq)),
  seq,
  version: seq,
  turn: 0,
  ...more,
});

test('pieces that follow each other are one write, and a viewer has had them all with it', () => {
  const { whole } = batchOf([piece(4, 200), piece(5, 300)]);
  expect(whole).toMatchObject({ after: 3, seq: 5, version: 5, turn: 0 });
  expect(whole?.http.equals(Buffer.concat([Buffer.alloc(200, 4), Buffer.alloc(300, 5)]))).toBe(true);
  const frames = readFrames(whole?.ws ?? Buffer.alloc(0));
  expect(frames.map(({ payload }) => payload.length)).toEqual([500]);
});

test.each([
  ['nothing', []],
  ['a gap', [piece(4, 10), piece(6, 10)]],
  ['stamps that begin again', [piece(4, 10), piece(5, 10, { turn: 1 })]],
  ['more bytes than a slow viewer is counted by', [piece(4, 200_000), piece(5, 200_000)]],
])('%s is no one write', (_what, pieces) => {
  expect(batchOf(pieces)).toEqual({ pieces });
});

test('a flush that spans a key frame costs each viewer one write, by HTTP and by WebSocket', async () => {
  const clock = new SimulatedClock();
  const fan = new FlvFanout({ clock, log: silentLog, limits: { viewerBufferBytes: 4_194_304 } });
  fan.write({ packet: video('config', 1), at: 0 });
  fan.write({ packet: audio('config', 1), at: 0 });
  fan.write({ packet: video('key', 10), at: 0 });
  const http = await pairs.pair();
  const ws = await pairs.pair();
  fan.addHttp(http.near, 'a');
  fan.addWebSocket(ws.near, 'b');
  const writes = { http: 0, ws: 0 };
  for (const [name, { near }] of [['http', http] as const, ['ws', ws] as const]) {
    const write = near.write.bind(near) as (bytes: Buffer) => boolean;
    near.write = (bytes: unknown) => {
      writes[name]++;
      return write(bytes as Buffer);
    };
  }
  fan.write({ packet: video('frame', 11), at: 40 });
  fan.write({ packet: video('key', 20), at: 80 });
  fan.write({ packet: video('frame', 21), at: 120 });
  clock.advance(20);
  const pictures = (flv: Buffer): number[] =>
    readTags(flv)
      .tags.filter(({ type, body }) => type === 9 && body[1] === 1)
      .map(({ body }) => body.readUInt32BE(5));
  const wsFlv = (): Buffer => Buffer.concat(readFrames(ws.far.bytes).map((frame) => frame.payload));
  await http.far.until(({ bytes }) => bodyOf(bytes).includes(video('frame', 21).tag));
  await ws.far.until(() => wsFlv().includes(video('frame', 21).tag));
  expect(writes).toEqual({ http: 1, ws: 1 });
  expect(pictures(bodyOf(http.far.bytes))).toEqual([10, 11, 20, 21]);
  expect(pictures(wsFlv())).toEqual([10, 11, 20, 21]);
});
