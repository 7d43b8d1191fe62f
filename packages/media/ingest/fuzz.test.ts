import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AmfReader } from './amf/reader.ts';
import { ChunkReader } from './chunk/reader.ts';
import { Handshake } from './handshake.ts';
import { HealthMeter } from './health.ts';
import { Malformed, Refusal } from './refusal.ts';
import { readCommand } from './session/command.ts';
import { Publication } from './session/publication.ts';
import { LIMITS } from './testing/desk.ts';
import { capture, pieces, replay } from './testing/replay.ts';

/** How many times as many cases run where WEIR_TEST_FULL is set. */
const TIMES = process.env['WEIR_TEST_FULL'] ? 20 : 1;
const HANDSHAKE_BYTES = 3073;
const NAMES = [
  'ffmpeg',
  'ffmpeg-extended',
  'nginx-extended',
  'gstreamer',
  'librtmp',
  'ffmpeg8-hevc',
  'ffmpeg8-av1-opus',
  'ffmpeg8-multitrack',
  'ffmpeg-mp3',
];
const CAPTURES = NAMES.map(capture);
const TIGHT = { ...LIMITS, message: 65_536, reassembly: 131_072, chunkStreams: 16 };

/** Whole messages of all captures: what the inner readers see. */
const MESSAGES: { type: number; payload: Buffer }[] = CAPTURES.flatMap((bytes) => {
  const messages: { type: number; payload: Buffer }[] = [];
  const reader = new ChunkReader(
    LIMITS,
    (type, _timestamp, _streamId, payload) =>
      void messages.push({ type, payload: Buffer.from(payload.subarray(0, 600)) }),
  );
  reader.push(bytes.subarray(HANDSHAKE_BYTES));
  return messages;
});

const edits = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 });

/** A copy of `bytes` with some of them overwritten and, at times, its end cut off. */
function damaged(bytes: Buffer, changes: readonly (readonly [number, number])[]): Buffer {
  const copy = Buffer.from(bytes);
  for (const [at, value] of changes) if (copy.length > 0) copy[at % copy.length] = value;
  const [first] = changes;
  return first && first[0] % 5 === 0 ? copy.subarray(0, first[0] % (copy.length + 1)) : copy;
}

/** Runs what may refuse, and nothing else may go wrong. */
function mayRefuse(run: () => void): void {
  try {
    run();
  } catch (why) {
    if (!(why instanceof Malformed || why instanceof Refusal)) throw why;
  }
}

describe(
  'hostile bytes end in a refusal and nothing worse',
  () => {
    it('in the handshake', () => {
      fc.assert(
        fc.property(
          fc.uint8Array({ maxLength: 40 }),
          fc.nat(HANDSHAKE_BYTES),
          edits,
          (lead, cut, changes) => {
            const handshake = new Handshake(
              () => {},
              () => 0,
            );
            const bytes = Buffer.concat([
              lead,
              damaged((CAPTURES[0] as Buffer).subarray(0, HANDSHAKE_BYTES), changes).subarray(cut),
            ]);
            mayRefuse(() => {
              for (const piece of pieces(bytes, [100])) handshake.push(piece);
            });
          },
        ),
        { numRuns: 3_000 * TIMES },
      );
    });

    it('in chunks: captures with damage, anywhere, in any pieces; memory stays in its bound', () => {
      fc.assert(
        fc.property(
          fc.nat(CAPTURES.length - 1),
          fc.nat(),
          fc.integer({ min: 1, max: 1_500 }),
          fc.integer({ min: 1, max: 400 }),
          edits,
          (which, from, length, size, changes) => {
            const all = (CAPTURES[which] as Buffer).subarray(HANDSHAKE_BYTES);
            const at = from % 3 === 0 ? from % all.length : 0;
            const reader = new ChunkReader(TIGHT, () => {});
            mayRefuse(() => {
              for (const piece of pieces(damaged(all.subarray(at, at + length), changes), [size])) {
                if (reader.push(piece) !== piece.length) throw new Error('left bytes behind');
                if (reader.reserved > TIGHT.reassembly) throw new Error(`holds ${reader.reserved} bytes`);
              }
            });
          },
        ),
        { numRuns: 40_000 * TIMES },
      );
    });

    it('in chunks: bytes without any sense', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
          mayRefuse(() => void new ChunkReader(TIGHT, () => {}).push(Buffer.from(bytes)));
        }),
        { numRuns: 10_000 * TIMES },
      );
    });

    it('in AMF0 and commands', () => {
      const amf = MESSAGES.filter(({ type }) => type === 18 || type === 20);
      fc.assert(
        fc.property(fc.nat(amf.length - 1), edits, (which, changes) => {
          const bytes = damaged(amf[which]?.payload as Buffer, changes);
          mayRefuse(() => void readCommand(bytes, false));
          mayRefuse(() => {
            const reader = new AmfReader(bytes);
            while (!reader.ended) reader.value();
          });
        }),
        { numRuns: 30_000 * TIMES },
      );
    });

    it('in audio, video, metadata and aggregates', () => {
      const media = MESSAGES.filter(({ type }) => type === 8 || type === 9 || type === 18);
      const sink = { packet: () => {}, metadata: () => {}, closed: () => {} };
      fc.assert(
        fc.property(
          fc.array(fc.tuple(fc.nat(media.length - 1), edits), { minLength: 1, maxLength: 4 }),
          fc.constantFrom(0, 22, 15),
          (messages, disguise) => {
            const publication = new Publication(1, sink, new HealthMeter(0), 0);
            mayRefuse(() => {
              for (const [which, changes] of messages) {
                const { type, payload } = media[which] as { type: number; payload: Buffer };
                publication.message(disguise || type, 0, damaged(payload, changes), 0);
              }
            });
          },
        ),
        { numRuns: 30_000 * TIMES },
      );
    });

    it('in a whole connection', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.nat(CAPTURES.length - 1),
          edits,
          fc.integer({ min: 64, max: 4_000 }),
          async (which, changes, size) => {
            const bytes = (CAPTURES[which] as Buffer).subarray(0, 6_000);
            const { said, cause, packets } = await replay(pieces(damaged(bytes, changes), [size]), TIGHT);
            expect(said).toBeLessThan(8_000);
            if (packets.length > 0) expect(cause).toBeDefined();
          },
        ),
        { numRuns: 2_000 * TIMES },
      );
    });
  },
  20_000 * TIMES,
);
