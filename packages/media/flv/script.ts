import { backPointer, TAG_SCRIPT, tagHeader } from './header.ts';

export type ScriptValue =
  | number
  | boolean
  | string
  | readonly ScriptValue[]
  | { [name: string]: ScriptValue };

/** Nesting that `scriptBody` writes at most; ours is two levels deep. */
const DEPTH = 4;

const number = (value: number): Buffer => {
  const out = Buffer.alloc(9);
  out.writeDoubleBE(value, 1);
  return out;
};

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value, 'utf8');
  if (bytes.length > 0xffff) throw new RangeError('a script string takes 65,535 bytes at most');
  const out = Buffer.alloc(2 + bytes.length);
  out.writeUInt16BE(bytes.length, 0);
  bytes.copy(out, 2);
  return out;
};

/** One value in AMF0 (Adobe AMF0, section 2): number, boolean, string, strict array, or ECMA array. */
function value(of: ScriptValue, depth: number): Buffer {
  if (depth > DEPTH) throw new RangeError('script data is nested too deep');
  if (typeof of === 'number') return number(of);
  if (typeof of === 'boolean') return Buffer.from([1, of ? 1 : 0]);
  if (typeof of === 'string') return Buffer.concat([Buffer.from([2]), text(of)]);
  const head = Buffer.alloc(5);
  if (Array.isArray(of)) {
    head[0] = 0x0a;
    head.writeUInt32BE(of.length, 1);
    return Buffer.concat([head, ...of.map((item: ScriptValue) => value(item, depth + 1))]);
  }
  const fields = Object.entries(of);
  head[0] = 0x08;
  head.writeUInt32BE(fields.length, 1);
  return Buffer.concat([
    head,
    ...fields.flatMap(([name, item]) => [text(name), value(item, depth + 1)]),
    Buffer.from([0, 0, 9]),
  ]);
}

/** The body of a script tag: its name and one value (annex E.4.4.1). */
export function scriptBody(name: string, data: ScriptValue): Buffer {
  return Buffer.concat([Buffer.from([2]), text(name), value(data, 0)]);
}

/**
 * A whole script tag, header to back pointer.
 * @example scriptTag('onMetaData', { width: 1280, height: 720 }, 0)
 */
export function scriptTag(name: string, data: ScriptValue, atMs: number): Buffer {
  const body = scriptBody(name, data);
  return Buffer.concat([tagHeader(TAG_SCRIPT, body.length, atMs), body, backPointer(body.length)]);
}
