/** Bounds and targets of one origin; each may be given otherwise. */
export type Limits = {
  /** A segment ends at the first key frame after three quarters of this, ms; sound alone is cut by it. */
  segmentMs: number;
  /** Longest segment, ms: without a key frame until then it is cut where it stands. */
  longestSegmentMs: number;
  /** Longest part of a segment, ms. */
  partMs: number;
  /** What a playlist lists at least, ms; never less than four target durations (RFC 8216 section 6.2.2 asks for three). */
  windowMs: number;
  /** Segments a playlist lists at most: splices may make them short. */
  segments: number;
  /** Segments kept after they left the playlist, for players that were about to ask for them. */
  trail: number;
  /** Bytes of all segments of one rendition. */
  renditionBytes: number;
  /** Bytes of one segment, and of the frames not yet in a part. */
  segmentBytes: number;
  partBytes: number;
  /** Requests that wait for a playlist or a part not there yet. */
  waiting: number;
  /** Media answers under way at once, and how long one may take, ms. */
  sending: number;
  sendingMs: number;
  /** How long a request waits for the first segment, ms; blocking reloads wait three target durations. */
  firstSegmentMs: number;
  /** Viewers remembered. */
  sessions: number;
};

export const LIMITS: Limits = {
  segmentMs: 2_000,
  longestSegmentMs: 10_000,
  partMs: 350,
  windowMs: 12_000,
  segments: 64,
  trail: 2,
  renditionBytes: 48 * 2 ** 20,
  segmentBytes: 16 * 2 ** 20,
  partBytes: 4 * 2 ** 20,
  waiting: 16_384,
  sending: 16_384,
  sendingMs: 30_000,
  firstSegmentMs: 10_000,
  sessions: 65_536,
};
