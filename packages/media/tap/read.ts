import { Problem } from '@weir/kit';
import {
  audioPacket,
  BACK_POINTER_BYTES,
  FLV_HEADER_BYTES,
  TAG_AUDIO,
  TAG_HEADER_BYTES,
  TAG_SCRIPT,
  TAG_VIDEO,
  videoPacket,
} from '../flv/index.ts';
import type { Packet } from '../packet.ts';
import { openLocal, type RecordedFile } from './shelf.ts';

/** Bytes asked of the disk at once; a longer tag (24-bit size: under 16 MiB) is read by itself. */
const READ_BYTES = 256 * 1024;
const SCRIPT_DTS = 'weirDts';

export type Tag = { type: number; dts: number; body: Buffer /** Where the next tag begins. */; end: number };

/** Reads a file forward with one buffer; gives undefined where fewer bytes are left than asked for. */
class Forward {
  readonly #file: RecordedFile;
  #have: Buffer = Buffer.alloc(0);
  at = 0;

  constructor(file: RecordedFile) {
    this.#file = file;
  }

  async bytes(count: number): Promise<Buffer | undefined> {
    while (this.#have.length < count) {
      const want = Math.max(READ_BYTES, count - this.#have.length);
      const got = await this.#file.read(this.at + this.#have.length, want);
      if (got.length === 0) return undefined;
      this.#have = this.#have.length === 0 ? got : Buffer.concat([this.#have, got]);
    }
    const out = this.#have.subarray(0, count);
    this.#have = this.#have.subarray(count);
    this.at += count;
    return out;
  }
}

/**
 * The whole tags of a recorded segment in order, `dts` unwrapped past 2^32 from the segment's own first time.
 * A last tag cut short ends the list. Memory: one tag. A file that is handed in is closed at the end.
 * @throws Problem `bad_request` where the file is no FLV
 */
export async function* readTags(from: string | RecordedFile): AsyncGenerator<Tag> {
  const file = typeof from === 'string' ? await openLocal(from) : from;
  try {
    const forward = new Forward(file);
    const head = await forward.bytes(FLV_HEADER_BYTES);
    if (!head) return;
    if (head.toString('latin1', 0, 3) !== 'FLV')
      throw new Problem('bad_request', 'A recording is no FLV file');
    let last: number | undefined;
    for (;;) {
      const header = await forward.bytes(TAG_HEADER_BYTES);
      const body = header && (await forward.bytes(header.readUIntBE(1, 3)));
      if (!header || !body || !(await forward.bytes(BACK_POINTER_BYTES))) return;
      const type = header[0] ?? 0;
      const time = header.readUIntBE(4, 3) + (header[7] ?? 0) * 2 ** 24;
      last ??= (type === TAG_SCRIPT ? firstDts(body) : undefined) ?? time;
      last += (time - (last >>> 0)) | 0;
      yield { type, dts: last, body, end: forward.at };
    }
  } finally {
    await file.close();
  }
}

/** The packets of a recorded segment, finished or not. @throws as `readTags` */
export async function* readSegment(from: string | RecordedFile): AsyncGenerator<Packet> {
  for await (const { type, dts, body } of readTags(from)) {
    const packet =
      type === TAG_VIDEO ? videoPacket(body, dts) : type === TAG_AUDIO ? audioPacket(body, dts) : undefined;
    if (packet) yield packet;
  }
}

/** The field of our own script tag that holds the first `dts` in full (AMF0 number: marker 0, then a double). */
function firstDts(body: Buffer): number | undefined {
  const at = body.indexOf(SCRIPT_DTS) + SCRIPT_DTS.length;
  if (at < SCRIPT_DTS.length || at + 9 > body.length || body[at] !== 0) return undefined;
  const dts = body.readDoubleBE(at + 1);
  return Number.isSafeInteger(dts) ? dts : undefined;
}
