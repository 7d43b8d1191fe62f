import { sized } from '../size.ts';

/** The case that all of these benches share: viewers, what each is sent, and how often. */
export const VIEWERS = sized(1_000, 40);
export const BITS_PER_SECOND = 1_000_000;
export const FRAMES_PER_SECOND = 25;
export const KEY_SECONDS = 2;
/** Of these bits the sound has so many, in frames of 1,024 samples at 48 kHz. */
export const AUDIO_BITS_PER_SECOND = 96_000;
export const AUDIO_FRAMES_PER_SECOND = 48_000 / 1_024;
/** The longest flush interval of Weir, which 1,000 viewers give; the bare peer writes as often. */
export const FLUSH_MS = 350;

/** What a serving child says first. */
export type Serving = { port: number; path: string };
/** What a reading child answers to `figures`. Times are wall ms, bytes as the kernel handed them over. */
export type Read = {
  open: number;
  bytes: number;
  lastByteAt: number;
  lastCloseAt: number;
  slowBytes: number[];
  slowOpen: number;
};
/** What a serving child answers to `cut`. */
export type CutTimes = { viewers: number; lastWriteAt: number; lastResetAt: number };
