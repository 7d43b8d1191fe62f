import { MARKER } from './marker.ts';
import type { AmfValue } from './reader.ts';

const LONGEST_SHORT = 0xff_ff;

const name = (text: string): Buffer => {
  const bytes = Buffer.from(text);
  const size = Buffer.allocUnsafe(2);
  size.writeUInt16BE(bytes.length);
  return Buffer.concat([size, bytes]);
};

function encodeText(text: string): Buffer {
  const bytes = Buffer.from(text);
  const long = bytes.length > LONGEST_SHORT;
  const head = Buffer.allocUnsafe(long ? 5 : 3);
  head[0] = long ? MARKER.longString : MARKER.string;
  head.writeUIntBE(bytes.length, 1, long ? 4 : 2);
  return Buffer.concat([head, bytes]);
}

function encodeValue(value: AmfValue): Buffer {
  if (value === null) return Buffer.from([MARKER.null]);
  if (value === undefined) return Buffer.from([MARKER.undefined]);
  if (typeof value === 'boolean') return Buffer.from([MARKER.boolean, value ? 1 : 0]);
  if (typeof value === 'string') return encodeText(value);
  if (typeof value === 'number') {
    const out = Buffer.allocUnsafe(9);
    out[0] = MARKER.number;
    out.writeDoubleBE(value, 1);
    return out;
  }
  if (Array.isArray(value)) {
    const head = Buffer.from([MARKER.strictArray, 0, 0, 0, 0]);
    head.writeUInt32BE(value.length, 1);
    return Buffer.concat([head, ...value.map(encodeValue)]);
  }
  const members = Object.entries(value).flatMap(([key, member]) => [name(key), encodeValue(member)]);
  return Buffer.concat([Buffer.from([MARKER.object]), ...members, Buffer.from([0, 0, MARKER.objectEnd])]);
}

/**
 * Values one after the other as AMF0, the body of a command or data message.
 * @example encodeAmf('_result', 1, null, 1)
 */
export function encodeAmf(...values: AmfValue[]): Buffer {
  return Buffer.concat(values.map(encodeValue));
}
