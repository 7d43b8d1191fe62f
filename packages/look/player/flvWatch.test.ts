import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FlvWatch } from './flvWatch.ts';

const slate = (name: string): Buffer =>
  readFileSync(new URL(`../../media/gate/slates/${name}.flv`, import.meta.url));

function seen(chunks: Iterable<Uint8Array>): unknown[] {
  const found: unknown[] = [];
  const watch = new FlvWatch({
    onFirstFrame: (at) => found.push(['frame', at]),
    onVideo: (codec, isSlate, at) => found.push([codec, isSlate, at]),
  });
  for (const chunk of chunks) watch.push(chunk);
  return found;
}

test('both stand-ins are known by their parameter sets', () => {
  for (const name of ['landscape', 'portrait'])
    expect(seen([slate(name)])).toEqual([
      ['avc1', true, 0],
      ['frame', 0],
    ]);
});

test('the same is seen in whatever pieces the bytes come', () => {
  const whole = slate('landscape');
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 200 }), (sizes) => {
      const chunks: Uint8Array[] = [];
      let at = 0;
      for (const size of sizes) {
        chunks.push(whole.subarray(at, at + size));
        at += size;
      }
      chunks.push(whole.subarray(at));
      expect(seen(chunks)).toEqual(seen([whole]));
    }),
  );
});

/** A tag of `body` at `at` ms, back pointer included. */
function tag(type: number, at: number, body: number[]): Buffer {
  const head = Buffer.from([type, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUIntBE(body.length, 1, 3);
  head.writeUIntBE(at % 2 ** 24, 4, 3);
  head[7] = Math.floor(at / 2 ** 24);
  return Buffer.concat([head, Buffer.from(body), Buffer.alloc(4)]);
}
const header = Buffer.from([0x46, 0x4c, 0x56, 1, 5, 0, 0, 0, 9, 0, 0, 0, 0]);

test('enhanced RTMP names its codec, and times past 2^31 stay whole', () => {
  const hevc = tag(9, 2 ** 31 + 5, [0x90, ...Buffer.from('hvc1'), 1, 2, 3]);
  const frame = tag(9, 2 ** 31 + 5, [0x91, ...Buffer.from('hvc1'), 9, 9, 9]);
  expect(seen([Buffer.concat([header, hevc, frame])])).toEqual([
    ['hvc1', false, 2 ** 31 + 5],
    ['frame', 2 ** 31 + 5],
  ]);
});

test('rubbish is read to its end without an error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4000 }), (bytes) => {
      seen([bytes]);
      seen([header, bytes]);
    }),
  );
});
