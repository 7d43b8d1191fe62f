/** Bytes under an unguessable name; a segment shares its chunks with its parts. */
export type Stored = {
  readonly name: string;
  readonly chunks: readonly Buffer[];
  readonly sizeBytes: number;
};

/** A part of a segment (RFC 8216bis section 4.4.4.9): one movie fragment. */
export type Part = Stored & {
  readonly durationMs: number;
  /** Decoding can start at its first frame. */
  readonly independent: boolean;
};

/** A segment, open while parts are still added. */
export type Segment = {
  /** Media sequence number. */
  readonly msn: number;
  readonly name: string;
  /** Discontinuity sequence number: grows by one with each splice of the broadcast, the same in both renditions. */
  readonly run: number;
  /** Its EXT-X-MAP. */
  readonly init: Stored;
  readonly parts: Part[];
  /** Decoding time of the first frame on the output timeline, ms. */
  readonly startMs: number;
  /** Wall time of `startMs`, ms since 1970. */
  readonly wallMs: number;
  durationMs: number;
  sizeBytes: number;
};

export const isIndependent = (segment: Segment): boolean => segment.parts[0]?.independent ?? true;
