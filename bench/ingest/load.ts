import { sized } from '../size.ts';

/** What every server is given: as many encoders, each as fast, each with a key frame as often. */
export const PUBLISHERS = sized(50, 4);
export const BITS_PER_SECOND = 1_000_000;
export const AUDIO_BITS_PER_SECOND = 64_000;
export const FRAMES_PER_SECOND = 25;
export const AUDIO_MS = 23;
export const KEY_SECONDS = 2;
/** A key frame is this many times an ordinary one. */
export const KEY_WEIGHT = 8;
export const CHUNK_SIZES = [128, 4096] as const;

/** What a server says once it listens. */
export type Serving = { port: number };
/** What the publishers say: connections that still stand, bytes sent so far. */
export type Sent = { open: number; bytes: number };
