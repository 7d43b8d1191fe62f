import type { Config } from '@weir/kit';

/** Bounds of one RTMP server. Numbers are bytes, milliseconds, bit/s or counts; Infinity = off. */
export type IngestLimits = {
  /** Chunk size that an encoder may set, bytes. */
  readonly chunk: number;
  /** One message, bytes. */
  readonly message: number;
  /** Declared bytes of all messages that one connection has begun and not ended. */
  readonly reassembly: number;
  /** Chunk streams of one connection. */
  readonly chunkStreams: number;
  /** From the TCP connection to `publish`, ms. */
  readonly handshakeMs: number;
  /** From `publish` to the first frame, ms. */
  readonly firstFrameMs: number;
  /** Silence of a publishing encoder, ms. */
  readonly idleMs: number;
  /** Mean over 10 s, bit/s. */
  readonly bitrate: number;
  /** Connections of one address. */
  readonly perAddress: number;
  /** Connections that do not publish yet. */
  readonly pending: number;
};

/** Largest length that the 24-bit field of a chunk header can say (RTMP 1.0 section 5.3.1.2.1). */
const MAX_MESSAGE_BYTES = 0xff_ff_ff;
/** Largest chunk size that the protocol allows (RTMP 1.0 section 5.4.1). */
const MAX_CHUNK_BYTES = 0x7f_ff_ff_ff;

const orElse = (value: number, off: number): number => (value === 0 ? off : value);

/** The limits that configuration sets; 0 turns one off. */
export function ingestLimits(config: Config): IngestLimits {
  return {
    chunk: orElse(config.limitIngestChunk, MAX_CHUNK_BYTES),
    message: Math.min(orElse(config.limitIngestMessage, MAX_MESSAGE_BYTES), MAX_MESSAGE_BYTES),
    reassembly: orElse(config.limitIngestMemory, Infinity),
    chunkStreams: orElse(config.limitIngestChunkStreams, Infinity),
    handshakeMs: orElse(config.limitIngestHandshakeMs, Infinity),
    firstFrameMs: orElse(config.limitIngestFirstFrameMs, Infinity),
    idleMs: orElse(config.limitIngestIdleMs, Infinity),
    bitrate: orElse(config.limitIngestBitrate, Infinity),
    perAddress: orElse(config.limitPerAddress, Infinity),
    pending: orElse(config.limitIngestPending, Infinity),
  };
}
