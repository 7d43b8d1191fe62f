import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Malformed, Refusal } from '../refusal.ts';
import { LIMITS } from '../testing/desk.ts';
import { encodeChunks, type Message } from '../testing/encoder.ts';
import { ChunkReader } from './reader.ts';

type Read = { type: number; timestamp: number; streamId: number; payload: Buffer };

function read(pieces: Iterable<Buffer>, limits = LIMITS): { messages: Read[]; reader: ChunkReader } {
  const messages: Read[] = [];
  const reader = new ChunkReader(
    limits,
    (type, timestamp, streamId, payload) => void messages.push({ type, timestamp, streamId, payload }),
  );
  for (const piece of pieces) expect(reader.push(piece)).toBe(piece.length);
  return { messages, reader };
}

const split = (bytes: Buffer, sizes: readonly number[]): Buffer[] => {
  const out: Buffer[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const end = at + (sizes[i % sizes.length] ?? bytes.length);
    out.push(bytes.subarray(at, end));
    at = end;
  }
  return out;
};

const message: fc.Arbitrary<Message> = fc.record({
  id: fc.constantFrom(3, 4, 6, 63, 64, 319, 320, 4000),
  type: fc.constantFrom(8, 9, 18, 20),
  timestamp: fc.oneof(fc.nat(5000), fc.constantFrom(0xff_ff_fe, 0xff_ff_ff, 0x1_00_00_00, 0xff_ff_ff_ff)),
  streamId: fc.constantFrom(0, 1),
  payload: fc.nat(700).map((size) => Buffer.alloc(size, 0xa5)),
});

const HEADER_0 = (type: number, length: number, id = 3): Buffer =>
  Buffer.from([id, 0, 0, 0, length >> 16, (length >> 8) & 255, length & 255, type, 1, 0, 0, 0]);

describe('chunks', () => {
  it('give the same messages at any chunk size, interleaving, habit and split of the stream', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 20 }),
        fc.integer({ min: 1, max: 300 }),
        fc.boolean(),
        fc.array(fc.nat(7), { minLength: 1 }),
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 8 }),
        (messages, chunkBytes, repeatExtended, picks, sizes) => {
          let turn = 0;
          const pick = (): number => picks[turn++ % picks.length] ?? 0;
          // The first chunk of the other habit is known for it only once four bytes follow it: an acknowledgement does.
          const bytes = Buffer.concat([
            encodeChunks(messages, { chunkBytes, repeatExtended, pick }),
            HEADER_0(3, 0, 2),
          ]);
          const { messages: all, reader } = read(split(bytes, sizes));
          const out = all.filter(({ type }) => type !== 3);
          expect(reader.reserved).toBe(0);
          // Across chunk streams the order is that of completion; within one it is the encoder's.
          const sorted = (some: readonly Read[]) =>
            some
              .map(
                (m) =>
                  `${m.type} ${m.timestamp} ${m.streamId} ${m.payload.length} ${m.payload.every((b) => b === 0xa5)}`,
              )
              .sort();
          expect(sorted(out)).toEqual(sorted(messages));
          const alone = messages.filter(({ id }) => id === messages[0]?.id);
          const times = (some: readonly Read[]) => some.map(({ timestamp }) => timestamp);
          if (alone.length === messages.length) expect(times(out)).toEqual(times(alone));
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('hand out a view where a message lies in one chunk and one read, and one copy otherwise', () => {
    const bytes = Buffer.concat([HEADER_0(9, 100), Buffer.alloc(100, 7)]);
    expect(read([bytes]).messages[0]?.payload.buffer).toBe(bytes.buffer);
    const [apart] = read([bytes.subarray(0, 50), bytes.subarray(50)]).messages;
    expect(apart?.payload.equals(Buffer.alloc(100, 7))).toBe(true);
  });

  it('take a type-3 header after type 0 as the same step again, as the specification says', () => {
    const first = Buffer.from([3, 0, 0, 20, 0, 0, 1, 8, 1, 0, 0, 0, 0xaa]);
    const { messages } = read([Buffer.concat([first, Buffer.from([0xc3, 0xbb, 0xc3, 0xcc])])]);
    expect(messages.map(({ timestamp }) => timestamp)).toEqual([20, 40, 60]);
  });

  it('take it as the same time where the step would be absurd', () => {
    const first = Buffer.from([3, 1, 0, 0, 0, 0, 1, 8, 1, 0, 0, 0, 0xaa]);
    const { messages } = read([Buffer.concat([first, Buffer.from([0xc3, 0xbb])])]);
    expect(messages.map(({ timestamp }) => timestamp)).toEqual([65_536, 65_536]);
  });

  it('forget a message that Abort names, and its memory', () => {
    const begun = Buffer.concat([HEADER_0(9, 200, 6), Buffer.alloc(128)]);
    const abort = Buffer.from([2, 0, 0, 0, 0, 0, 4, 2, 0, 0, 0, 0, 0, 0, 0, 6]);
    const next = Buffer.concat([HEADER_0(9, 2, 6), Buffer.from([1, 2])]);
    const { messages, reader } = read([begun, abort, next]);
    expect(messages.map(({ payload }) => payload.length)).toEqual([2]);
    expect(reader.reserved).toBe(0);
  });

  it.each([
    [
      'a chunk size over the limit',
      'limit_chunk',
      Buffer.from([2, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0, 1, 0, 1]),
    ],
    ['a message over the limit', 'limit_message', HEADER_0(9, 8_388_609)],
    [
      'more unfinished messages than their memory',
      'limit_memory',
      Buffer.concat([4, 5, 6].map((id) => Buffer.concat([HEADER_0(9, 8_000_000, id), Buffer.alloc(128)]))),
    ],
    [
      'more chunk streams than the limit',
      'limit_chunk_streams',
      Buffer.concat(
        Array.from({ length: 62 }, (_, i) => HEADER_0(9, 0, i + 2)).concat(
          [3, 4, 5].map((b) => Buffer.concat([Buffer.from([0, b]), HEADER_0(9, 0).subarray(1)])),
        ),
      ),
    ],
  ])('%s: refused with %s', (_what, code, bytes) => {
    expect(() => read([bytes])).toThrow(expect.objectContaining({ code }) as Refusal);
  });

  it.each([
    ['a chunk size of 0', Buffer.from([2, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0, 0, 0, 0])],
    ['a chunk stream that begins with a type-3 header', Buffer.from([0xc3, ...Buffer.alloc(18)])],
    [
      'a message inside another',
      Buffer.concat([HEADER_0(9, 200), Buffer.alloc(128), HEADER_0(9, 200), Buffer.alloc(18)]),
    ],
    ['a short Abort', Buffer.from([2, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0])],
  ])('%s: malformed', (_what, bytes) => {
    expect(() => read([bytes])).toThrow(Malformed);
  });

  it('set aside no memory for a length that was only declared, beyond the bound', () => {
    const stranger = { ...LIMITS, message: 65_536, reassembly: 65_536 };
    expect(() => read([HEADER_0(20, 65_537)], stranger)).toThrow(Refusal);
  });
});
