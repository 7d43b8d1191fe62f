import { realClock, SimulatedClock, silentLog } from '@weir/kit';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FlvFanout, type FlvOptions } from './flv.ts';
import { audio, bodyOf, Pairs, type Reader, readFrames, readTags, type SeenTag, video } from './stage.ts';

const RUNS = process.env['WEIR_TEST_FULL'] ? 500 : 60;

let pairs: Pairs;
beforeEach(async () => {
  pairs = await Pairs.open();
});
afterEach(() => pairs.close());

const fanout = (more: Partial<FlvOptions> = {}): { fan: FlvFanout; clock: SimulatedClock } => {
  const clock = new SimulatedClock();
  const fan = new FlvFanout({ clock, log: silentLog, limits: { viewerBufferBytes: 4_194_304 }, ...more });
  return { fan, clock };
};

/** Configuration of both tracks, so that the header is settled. */
const begin = (fan: FlvFanout, at = 0): void => {
  fan.write({ packet: video('config', 1), at });
  fan.write({ packet: audio('config', 1), at });
};

const marks = (tags: readonly SeenTag[]): number[] =>
  tags.filter((tag) => tag.type === 9 && tag.body[1] === 1).map((tag) => tag.body.readUInt32BE(5));

const tagsOf = (far: Reader): SeenTag[] => {
  const body = bodyOf(far.bytes);
  return body.length < 13 ? [] : readTags(body).tags;
};
const has =
  (mark: number) =>
  (far: Reader): boolean =>
    marks(tagsOf(far)).includes(mark);

describe('a viewer by HTTP-FLV', () => {
  it('gets a head, header flags of the tracks seen, configuration, then the last key frame and what follows', async () => {
    const { fan, clock } = fanout();
    begin(fan);
    fan.write({ packet: video('key', 10), at: 0 });
    fan.write({ packet: video('frame', 11), at: 40 });
    fan.write({ packet: video('key', 20), at: 80 });
    fan.write({ packet: audio('frame', 5), at: 90 });
    const { near, far } = await pairs.pair();
    fan.addHttp(near, 's');
    fan.write({ packet: video('frame', 21), at: 120 });
    clock.advance(20);
    await far.until(has(21));
    const head = far.bytes.toString('latin1', 0, far.bytes.indexOf('\r\n\r\n'));
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(head).toContain('Content-Type: video/x-flv');
    expect(head).toContain('Access-Control-Allow-Origin: *');
    const { flags, tags } = readTags(bodyOf(far.bytes));
    expect(flags).toBe(5);
    expect(tags.map((tag) => [tag.type, tag.body[1], tag.at])).toEqual([
      [18, 0, 0],
      [9, 0, 80],
      [8, 0, 80],
      [9, 1, 80],
      [8, 1, 90],
      [9, 1, 120],
    ]);
    expect(marks(tags)).toEqual([20, 21]);
    expect(fan.viewers).toBe(1);
  });

  it('is let go before its stamps leave what players read, with all that came before, and begins again at 0', async () => {
    for (const how of ['addHttp', 'addWebSocket'] as const) {
      const { fan, clock } = fanout();
      const DAY = 86_400_000;
      begin(fan);
      fan.write({ packet: video('key', 1), at: 0 });
      let [viewer, came, largest, mark] = [await pairs.pair(), 1, 0, 1];
      fan[how](viewer.near, 's');
      const seen = (far: Reader): SeenTag[] =>
        how === 'addHttp'
          ? tagsOf(far)
          : readTags(
              Buffer.concat(
                readFrames(far.bytes).flatMap(({ opcode, payload }) => (opcode === 2 ? [payload] : [])),
              ),
            ).tags;
      for (let day = 1; day <= 60; day++) {
        // The last before and the first of each day; sound may lie a little before its picture.
        fan.write({ packet: video('frame', ++mark), at: day * DAY - 40 });
        fan.write({ packet: video('key', ++mark), at: day * DAY });
        fan.write({ packet: audio('frame', mark), at: day * DAY - 10 });
        clock.advance(350);
        if (fan.viewers === 0) {
          await viewer.far.until(({ fate }) => fate === 'end');
          expect(marks(seen(viewer.far)).at(-1)).toBe(mark - 1);
          viewer = await pairs.pair();
          came++;
          fan[how](viewer.near, 's');
        }
        const wanted = mark;
        await viewer.far.until((far) => far.bytes.length > 200 && marks(seen(far)).includes(wanted));
        const tags = seen(viewer.far);
        const stamps = tags.map(({ at }) => at);
        const pictures = tags.filter(({ type }) => type === 9).map(({ at }) => at);
        expect(pictures).toEqual(pictures.toSorted((a, b) => a - b));
        largest = Math.max(largest, ...stamps);
      }
      expect(came).toBe(5);
      expect(largest).toBeGreaterThanOrEqual(12 * DAY);
      expect(largest).toBeLessThan(2 ** 31);
    }
  });

  it('that comes before the stream is live waits and then starts at its first key frame', async () => {
    const { fan, clock } = fanout();
    const { near, far } = await pairs.pair();
    fan.addHttp(near, 's');
    begin(fan);
    fan.write({ packet: video('frame', 1), at: 0 });
    clock.advance(20);
    fan.write({ packet: video('key', 2), at: 40 });
    clock.advance(20);
    await far.until(has(2));
    expect(marks(tagsOf(far))).toEqual([2]);
  });

  it('is told of one track only when there is one', async () => {
    for (const [track, flags] of [
      ['video', 1],
      ['audio', 4],
    ] as const) {
      const { fan, clock } = fanout();
      const { near, far } = await pairs.pair();
      fan.addHttp(near, 's');
      const make = track === 'video' ? video : audio;
      fan.write({ packet: make('config'), at: 0 });
      for (let at = 0; at <= 600; at += 40) {
        const role = track === 'video' && at % 200 === 0 ? 'key' : 'frame';
        fan.write({ packet: track === 'video' ? video(role, at) : audio('frame', at), at });
        clock.advance(40);
      }
      await far.until((reader) => bodyOf(reader.bytes).length > 13);
      expect(readTags(bodyOf(far.bytes)).flags).toBe(flags);
      const metadata = tagsOf(far)[0]?.body.toString('latin1') ?? '';
      expect(metadata).toContain(`hasVideo\u0001${track === 'video' ? '\u0001' : '\u0000'}`);
    }
  });

  it('gets a splice as a tag in the stream, and late comers the configuration in force', async () => {
    const { fan, clock } = fanout();
    const early = await pairs.pair();
    begin(fan);
    fan.write({ packet: video('key', 1), at: 0 });
    fan.addHttp(early.near, 'a');
    fan.write({ packet: video('config', 2), at: 40 });
    fan.write({ packet: video('key', 3), at: 40 });
    clock.advance(20);
    const late = await pairs.pair();
    fan.addHttp(late.near, 'b');
    await early.far.until(has(3));
    await late.far.until(has(3));
    const configs = (far: Reader): number[] =>
      tagsOf(far)
        .filter((tag) => tag.type === 9 && tag.body[1] === 0)
        .map((tag) => tag.body.readUInt32BE(5));
    expect(configs(early.far)).toEqual([1, 2]);
    expect(configs(late.far)).toEqual([2]);
  });

  it('hears of a byte-equal configuration no second time', async () => {
    const { fan, clock } = fanout();
    begin(fan);
    fan.write({ packet: video('key', 1), at: 0 });
    const { near, far } = await pairs.pair();
    fan.addHttp(near, 'a');
    begin(fan, 40);
    fan.write({ packet: video('key', 2), at: 40 });
    clock.advance(20);
    await far.until(has(2));
    expect(tagsOf(far).filter((tag) => tag.type === 9 && tag.body[1] === 0)).toHaveLength(1);
  });

  it('starts with sound alone after the picture has been gone for ten seconds', async () => {
    const { fan, clock } = fanout();
    begin(fan);
    fan.write({ packet: video('key', 1), at: 0 });
    for (let at = 0; at <= 12_000; at += 100) fan.write({ packet: audio('frame', at), at });
    const { near, far } = await pairs.pair();
    fan.addHttp(near, 'a');
    await far.until((reader) => bodyOf(reader.bytes).length > 13);
    expect(readTags(bodyOf(far.bytes)).flags).toBe(4);
    fan.write({ packet: video('key', 2), at: 12_100 });
    clock.advance(20);
    await far.until(has(2));
    const pictures = tagsOf(far).filter((tag) => tag.type === 9);
    expect(pictures.map((tag) => tag.body[1])).toEqual([0, 1]);
  });

  it('sees no more media while the edge may not serve, and goes on at a key frame when it may again', async () => {
    let may = true;
    const { fan, clock } = fanout({ mayServe: () => may });
    begin(fan);
    fan.write({ packet: video('key', 1), at: 0 });
    const { near, far } = await pairs.pair();
    fan.addHttp(near, 'a');
    may = false;
    fan.write({ packet: video('frame', 2), at: 40 });
    clock.advance(20);
    const late = await pairs.pair();
    fan.addHttp(late.near, 'b');
    may = true;
    fan.write({ packet: video('frame', 3), at: 80 });
    fan.write({ packet: video('key', 4), at: 120 });
    clock.advance(20);
    await far.until(has(4));
    expect(marks(tagsOf(far))).toEqual([1, 4]);
  });
});

describe('silence', () => {
  it('of a wait is broken by a script tag every 15 s, in a file that the stream then continues', async () => {
    const { fan, clock } = fanout();
    const { near, far } = await pairs.pair();
    fan.addHttp(near, 's');
    clock.advance(45_000);
    await far.until((reader) => bodyOf(reader.bytes).length > 13 && tagsOf(reader).length >= 3);
    const waits = tagsOf(far);
    expect(waits.every((tag) => tag.type === 18)).toBe(true);
    expect(waits.length).toBeLessThanOrEqual(5);
    begin(fan);
    fan.write({ packet: video('key', 1), at: 0 });
    clock.advance(20);
    await far.until(has(1));
    expect(
      tagsOf(far)
        .filter((tag) => tag.type === 9)
        .map((tag) => tag.body[1]),
    ).toEqual([0, 1]);
  });

  it('of a running stream is broken too, and never lasts longer than 15 s', async () => {
    const { fan, clock } = fanout();
    begin(fan);
    fan.write({ packet: video('key', 1), at: 0 });
    const { near, far } = await pairs.pair();
    fan.addHttp(near, 's');
    clock.advance(7_000);
    fan.write({ packet: video('frame', 2), at: 7_000 });
    clock.advance(20);
    for (let wait = 1; wait <= 3; wait++) {
      clock.advance(15_000);
      await far.until((reader) => tagsOf(reader).filter((tag) => tag.type === 18).length >= 1 + wait);
    }
  });
});

describe('a slow viewer', () => {
  it('is bounded in bytes, skips to a key frame, and disturbs nobody', async () => {
    const limit = 262_144;
    const { fan, clock } = fanout({ limits: { viewerBufferBytes: limit } });
    begin(fan);
    const slow = await pairs.pair(true);
    const quick = await pairs.pair();
    fan.addHttp(slow.near, 'slow');
    fan.addHttp(quick.near, 'quick');
    const total = 600;
    for (let i = 0; i < total; i++) {
      fan.write({ packet: video(i % 10 === 0 ? 'key' : 'frame', i, 20_000), at: i * 40 });
      clock.advance(40);
      expect(slow.near.writableLength).toBeLessThanOrEqual(limit + 20_100);
      await new Promise((next) => setImmediate(next));
    }
    await quick.far.until(has(total - 1));
    expect(marks(tagsOf(quick.far))).toHaveLength(total);
    slow.far.socket.resume();
    await slow.far.until(() => slow.near.writableLength === 0);
    for (let i = total; i < total + 15; i++) {
      fan.write({ packet: video(i % 10 === 0 ? 'key' : 'frame', i, 20_000), at: i * 40 });
      clock.advance(40);
    }
    await slow.far.until(has(total + 14));
    const seen = marks(tagsOf(slow.far));
    const leap = seen.findIndex((mark, i) => i > 0 && mark !== (seen[i - 1] as number) + 1);
    expect(leap).toBeGreaterThan(0);
    expect((seen[leap] as number) % 10).toBe(0);
    expect(seen.length).toBeLessThan(total);
  });

  it('that never catches up is ended after a minute', async () => {
    const { fan, clock } = fanout({ limits: { viewerBufferBytes: 65_536 } });
    begin(fan);
    const { near } = await pairs.pair(true);
    fan.addHttp(near, 'slow');
    for (let i = 0; fan.viewers > 0 && i < 4000; i++) {
      fan.write({ packet: video(i % 10 === 0 ? 'key' : 'frame', i, 60_000), at: i * 40 });
      clock.advance(40);
    }
    expect(fan.viewers).toBe(0);
    expect(near.destroyed).toBe(true);
  });
});

describe('a group of pictures longer than the bound', () => {
  it('is not kept: a newcomer waits for the next key frame', async () => {
    const { fan, clock } = fanout({ limits: { viewerBufferBytes: 65_536 } });
    begin(fan);
    fan.write({ packet: video('key', 1), at: 0 });
    for (let i = 0; i < 40; i++) fan.write({ packet: video('frame', 2, 20_000), at: i });
    const { near, far } = await pairs.pair();
    fan.addHttp(near, 'a');
    fan.write({ packet: video('key', 3), at: 50 });
    clock.advance(20);
    await far.until(has(3));
    expect(marks(tagsOf(far))).toEqual([3]);
  });
});

describe('a viewer by WebSocket', () => {
  it('gets the same bytes in binary frames', async () => {
    const { fan, clock } = fanout();
    begin(fan);
    fan.write({ packet: video('key', 1, 70_000), at: 0 });
    const http = await pairs.pair();
    const ws = await pairs.pair();
    fan.addHttp(http.near, 'a');
    fan.addWebSocket(ws.near, 'b');
    fan.write({ packet: video('frame', 2, 300), at: 40 });
    clock.advance(20);
    await http.far.until(has(2));
    const wanted = bodyOf(http.far.bytes);
    const got = (): Buffer => Buffer.concat(readFrames(ws.far.bytes).map((frame) => frame.payload));
    await ws.far.until(() => got().length === wanted.length);
    expect(got().equals(wanted)).toBe(true);
    expect(readFrames(ws.far.bytes).every((frame) => frame.opcode === 2)).toBe(true);
  });

  const masked = (first: number, payload: Buffer): Buffer =>
    Buffer.concat([Buffer.from([first, 0x80 | payload.length, 0, 0, 0, 0]), payload]);

  it('has its ping answered and its close returned', async () => {
    const { fan } = fanout();
    const { near, far } = await pairs.pair();
    fan.addWebSocket(near, 'a');
    far.socket.write(masked(0x89, Buffer.from('hi')));
    far.socket.write(masked(0x88, Buffer.from([3, 232])));
    await far.until((reader) => reader.fate === 'end');
    expect(readFrames(far.bytes).map((frame) => [frame.opcode, frame.payload.toString('latin1')])).toEqual([
      [10, 'hi'],
      [8, '\u0003\u00e8'],
    ]);
    expect(fan.viewers).toBe(0);
  });

  it('is closed for a frame that is unmasked or too long', async () => {
    const { fan } = fanout();
    for (const [bytes, code] of [
      [Buffer.from([0x81, 1, 65]), 1002],
      [Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 0]), 1009],
      [Buffer.from([0x82, 0xfe, 0x20, 0x00, 0, 0, 0, 0]), 1009],
    ] as const) {
      const { near, far } = await pairs.pair();
      fan.addWebSocket(near, 'a');
      far.socket.write(bytes);
      await far.until((reader) => reader.fate === 'end');
      expect(readFrames(far.bytes)[0]?.payload.readUInt16BE(0)).toBe(code);
    }
    expect(fan.viewers).toBe(0);
  });
});

describe('revoking a session', () => {
  it('resets its running connections and no other', async () => {
    const { fan, clock } = fanout();
    begin(fan);
    fan.write({ packet: video('key', 1), at: 0 });
    const [one, two, other] = [await pairs.pair(), await pairs.pair(), await pairs.pair()];
    fan.addHttp(one.near, 'bad');
    fan.addWebSocket(two.near, 'bad');
    fan.addHttp(other.near, 'good');
    expect(fan.revoke('bad')).toBe(2);
    expect(fan.revoke('bad')).toBe(0);
    await one.far.until((reader) => reader.fate === 'ECONNRESET');
    await two.far.until((reader) => reader.fate === 'ECONNRESET');
    fan.write({ packet: video('frame', 2), at: 40 });
    clock.advance(20);
    await other.far.until(has(2));
    expect(fan.viewers).toBe(1);
  });
});

describe('the end of a broadcast', () => {
  it('comes after everything that was written', async () => {
    const { fan } = fanout();
    begin(fan);
    fan.write({ packet: video('key', 1), at: 0 });
    const http = await pairs.pair();
    const ws = await pairs.pair();
    fan.addHttp(http.near, 'a');
    fan.addWebSocket(ws.near, 'b');
    fan.write({ packet: video('frame', 2), at: 40 });
    fan.end();
    await http.far.until((reader) => reader.fate === 'end');
    await ws.far.until((reader) => reader.fate === 'end');
    expect(marks(tagsOf(http.far))).toEqual([1, 2]);
    expect(readFrames(ws.far.bytes).at(-1)?.payload.readUInt16BE(0)).toBe(1000);
  });

  it('leaves room for the next publication', async () => {
    const { fan, clock } = fanout();
    begin(fan);
    fan.write({ packet: video('key', 1), at: 0 });
    fan.end();
    const { near, far } = await pairs.pair();
    fan.addHttp(near, 'a');
    begin(fan, 1000);
    fan.write({ packet: video('key', 2), at: 1000 });
    clock.advance(20);
    await far.until(has(2));
    expect(marks(tagsOf(far))).toEqual([2]);
  });
});

describe('a cut', () => {
  it('resets every HTTP viewer at once, and nothing written later reaches anybody', async () => {
    const { fan, clock } = fanout();
    begin(fan);
    fan.write({ packet: video('key', 1), at: 0 });
    const viewers = [await pairs.pair(), await pairs.pair(), await pairs.pair()];
    for (const { near } of viewers) fan.addHttp(near, 's');
    clock.advance(40);
    const cut = fan.cut();
    fan.write({ packet: video('key', 2), at: 40 });
    clock.advance(1000);
    expect(cut).toMatchObject({
      viewers: 3,
      lastWriteAt: clock.now() - 1040,
      lastResetAt: clock.now() - 1000,
    });
    for (const { near, far } of viewers) {
      expect(near.destroyed).toBe(true);
      await far.until((reader) => reader.fate === 'ECONNRESET');
      if (far.bytes.length > 0) expect(marks(tagsOf(far))).not.toContain(2);
    }
    const late = await pairs.pair();
    fan.addHttp(late.near, 's');
    await late.far.until((reader) => reader.fate === 'ECONNRESET');
    expect(late.far.bytes).toHaveLength(0);
    expect(fan.viewers).toBe(0);
    expect(fan.cut()).toBe(cut);
  });

  it('throws away what waits for a stalled viewer', async () => {
    const { fan, clock } = fanout({ limits: { viewerBufferBytes: 67_108_864 } });
    begin(fan);
    const { near, far } = await pairs.pair(true);
    fan.addHttp(near, 's');
    for (let i = 0; i < 100; i++) {
      fan.write({ packet: video(i === 0 ? 'key' : 'frame', i, 200_000), at: i * 40 });
      clock.advance(40);
    }
    expect(near.writableLength).toBeGreaterThan(4_000_000);
    await new Promise((next) => setTimeout(next, 50));
    fan.cut();
    far.socket.resume();
    await far.until((reader) => reader.fate === 'ECONNRESET');
    expect(far.bytes.length).toBeLessThan(7_000_000);
    expect(marks(tagsOf(far))).not.toContain(99);
  });

  it('tells a WebSocket with nothing unsent 4410 and resets it; a stalled one is reset untold', async () => {
    const fan = new FlvFanout({
      clock: realClock,
      log: silentLog,
      limits: { viewerBufferBytes: 67_108_864 },
    });
    begin(fan);
    fan.write({ packet: video('key', 1), at: 0 });
    const told = await pairs.pair();
    const stalled = await pairs.pair(true);
    fan.addWebSocket(stalled.near, 'b');
    for (let i = 0; i < 60; i++) fan.write({ packet: video('frame', i, 200_000), at: i * 40 });
    await stalled.far.until(() => stalled.near.writableLength > 0);
    fan.addWebSocket(told.near, 'a');
    await told.far.until(() => told.near.writableLength === 0);
    const at = Date.now();
    const cut = fan.cut();
    expect(stalled.near.destroyed).toBe(true);
    const last = await cut.settled;
    expect((last as number) - at).toBeLessThanOrEqual(40);
    await told.far.until((reader) => reader.fate !== 'open');
    const frames = readFrames(told.far.bytes);
    expect(frames.at(-1)).toMatchObject({ opcode: 8 });
    expect(frames.at(-1)?.payload.readUInt16BE(0)).toBe(4410);
    expect(told.near.destroyed).toBe(true);
  });

  it('of nobody names no times', async () => {
    const { fan } = fanout();
    begin(fan);
    const cut = fan.cut();
    expect(cut).toMatchObject({ viewers: 0, lastWriteAt: null, lastResetAt: null });
    expect(await cut.settled).toBeNull();
  });
});

describe('any interleaving of packets, joins and flushes', () => {
  const step = fc.oneof(
    { weight: 2, arbitrary: fc.constant('key' as const) },
    { weight: 6, arbitrary: fc.constant('frame' as const) },
    { weight: 4, arbitrary: fc.constant('audio' as const) },
    { weight: 1, arbitrary: fc.constant('splice' as const) },
    { weight: 3, arbitrary: fc.constant('join' as const) },
    { weight: 3, arbitrary: fc.constant('flush' as const) },
  );

  it('gives each viewer a whole FLV that starts at a key frame and misses nothing after', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), async (steps) => {
        const { fan, clock } = fanout();
        begin(fan);
        const viewers: { far: Reader; ws: boolean }[] = [];
        let mark = 0;
        const written: { mark: number; key: boolean }[] = [];
        const put = (role: 'key' | 'frame'): void => {
          mark++;
          written.push({ mark, key: role === 'key' });
          fan.write({ packet: video(role, mark), at: mark * 10 });
        };
        for (const what of steps) {
          if (what === 'key' || what === 'frame') put(what);
          else if (what === 'audio') fan.write({ packet: audio('frame', mark), at: mark * 10 });
          else if (what === 'splice') {
            fan.write({ packet: video('config', 1000 + mark), at: mark * 10 });
            put('key');
          } else if (what === 'flush') clock.advance(20);
          else {
            const { near, far } = await pairs.pair();
            const ws = viewers.length % 2 === 1;
            if (ws) fan.addWebSocket(near, 's');
            else fan.addHttp(near, 's');
            viewers.push({ far, ws });
          }
        }
        put('key');
        fan.end();
        for (const { far, ws } of viewers) {
          await far.until((reader) => reader.fate === 'end');
          const frames = ws ? readFrames(far.bytes).filter((frame) => frame.opcode === 2) : [];
          const flv = ws ? Buffer.concat(frames.map((frame) => frame.payload)) : bodyOf(far.bytes);
          const { tags } = readTags(flv);
          const first = tags.find((tag) => tag.type === 9 && tag.body[1] === 1);
          expect(first?.body[0]).toBe(0x17);
          const firstPicture = tags.findIndex((tag) => tag.type === 9);
          expect(tags[firstPicture]?.body[1]).toBe(0);
          const seen = marks(tags);
          const all = written.map((one) => one.mark);
          expect(seen).toEqual(all.slice(all.indexOf(seen[0] as number)));
          const times = tags.map((tag) => tag.at);
          expect(times).toEqual(times.toSorted((a, b) => a - b));
        }
      }),
      { numRuns: RUNS },
    );
  });
});
