import { createHmac, randomFillSync, timingSafeEqual } from 'node:crypto';
import { Malformed } from './refusal.ts';

/** Length of C1, S1, C2 and S2 (RTMP 1.0 section 5.2.3). */
const BLOCK = 1536;
const DIGEST = 32;

/** Keys of the digest handshake, as Flash Player 9 and Flash Media Server use them. */
const CLIENT_KEY = Buffer.from('Genuine Adobe Flash Player 001');
const SERVER_WORDS = Buffer.from('Genuine Adobe Flash Media Server 001');
const SERVER_KEY = Buffer.concat([
  SERVER_WORDS,
  Buffer.from('f0eec24a8068bee82e00d0d1029e7e576eec5d2d29806fab93b8e636cfeb31ae', 'hex'),
]);

const sign = (key: Buffer, ...parts: Buffer[]): Buffer => {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
};

/** Where the digest lies in a block: its offset is the sum of the four bytes at `at`, modulo 728. */
const digestOffset = (block: Buffer, at: number): number =>
  (((block[at] ?? 0) + (block[at + 1] ?? 0) + (block[at + 2] ?? 0) + (block[at + 3] ?? 0)) % 728) + at + 4;

/** The two layouts: digest before key, and key before digest. */
const LAYOUTS = [8, 772] as const;

const digestOf = (block: Buffer, offset: number, key: Buffer): Buffer =>
  sign(key, block.subarray(0, offset), block.subarray(offset + DIGEST));

/**
 * Answers C0+C1 with S0+S1+S2: the digest form where C1 carries a valid digest, else the plain form (S2 echoes C1).
 * @param c1 1,536 bytes @param uptimeMs goes into S1's time field
 */
export function answerHandshake(c1: Buffer, uptimeMs: number): Buffer {
  const answer = Buffer.allocUnsafe(1 + 2 * BLOCK);
  answer[0] = 3;
  const s1 = answer.subarray(1, 1 + BLOCK);
  const s2 = answer.subarray(1 + BLOCK);
  randomFillSync(s1, 8);
  s1.writeUInt32BE(uptimeMs >>> 0, 0);
  s1.writeUInt32BE(0, 4);
  const asked = c1.readUInt32BE(4) === 0 ? undefined : LAYOUTS.find((at) => signed(c1, at));
  if (asked === undefined) {
    c1.copy(s2);
    return answer;
  }
  s1.writeUInt32BE(0x04_05_00_01, 4);
  const offset = digestOffset(s1, asked);
  digestOf(s1, offset, SERVER_WORDS).copy(s1, offset);
  const theirs = digestOffset(c1, asked);
  randomFillSync(s2);
  const key = sign(SERVER_KEY, c1.subarray(theirs, theirs + DIGEST));
  sign(key, s2.subarray(0, BLOCK - DIGEST)).copy(s2, BLOCK - DIGEST);
  return answer;
}

function signed(c1: Buffer, at: number): boolean {
  const offset = digestOffset(c1, at);
  return timingSafeEqual(digestOf(c1, offset, CLIENT_KEY), c1.subarray(offset, offset + DIGEST));
}

/**
 * Reads C0, C1 and C2 from any split of the byte stream. C2 is not compared: encoders echo it loosely.
 * `push` answers how many bytes it took; `done` once C2 is complete, what follows is chunks.
 */
export class Handshake {
  readonly #block = Buffer.allocUnsafe(1 + BLOCK);
  readonly #reply: (bytes: Buffer) => void;
  readonly #uptimeMs: () => number;
  #filled = 0;
  #skip = BLOCK;
  done = false;

  constructor(reply: (bytes: Buffer) => void, uptimeMs: () => number) {
    this.#reply = reply;
    this.#uptimeMs = uptimeMs;
  }

  /** @throws Malformed where the first byte is no version of RTMP (3; 6 is RTMPE, which hides its bytes from us) */
  push(bytes: Buffer): number {
    let at = 0;
    if (this.#filled < 1 + BLOCK) {
      at = bytes.copy(this.#block, this.#filled, 0, 1 + BLOCK - this.#filled);
      this.#filled += at;
      if (this.#filled > 0 && this.#block[0] !== 3) throw new Malformed('no RTMP handshake');
      if (this.#filled < 1 + BLOCK) return at;
      this.#reply(answerHandshake(this.#block.subarray(1), this.#uptimeMs()));
    }
    const taken = Math.min(this.#skip, bytes.length - at);
    this.#skip -= taken;
    this.done = this.#skip === 0;
    return at + taken;
  }
}
