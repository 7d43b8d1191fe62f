/**
 * ISO base media file format boxes (ISO/IEC 14496-12 section 4.2), big endian throughout.
 * Small: only what a live segmenter writes.
 */

/** One byte each. */
export const u8 = (...values: number[]): Buffer => Buffer.from(values);

/** 16 bits each, unsigned. */
export function u16(...values: number[]): Buffer {
  const out = Buffer.allocUnsafe(values.length * 2);
  values.forEach((value, i) => {
    out.writeUInt16BE(value, i * 2);
  });
  return out;
}

/** 32 bits each, unsigned. */
export function u32(...values: number[]): Buffer {
  const out = Buffer.allocUnsafe(values.length * 4);
  values.forEach((value, i) => {
    out.writeUInt32BE(value, i * 4);
  });
  return out;
}

/** 64 bits, unsigned; `value` is a safe integer. */
export const u64 = (value: number): Buffer => u32(Math.floor(value / 2 ** 32), value % 2 ** 32);

/** Size, four-letter type, content. */
export function box(type: string, ...content: Buffer[]): Buffer {
  let sizeBytes = 8;
  for (const part of content) sizeBytes += part.length;
  return Buffer.concat([u32(sizeBytes), Buffer.from(type, 'latin1'), ...content], sizeBytes);
}

/** A box with version and flags. */
export function fullBox(type: string, version: number, flags: number, ...content: Buffer[]): Buffer {
  return box(type, u32(version * 2 ** 24 + flags), ...content);
}
