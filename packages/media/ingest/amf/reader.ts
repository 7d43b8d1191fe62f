import { Malformed } from '../refusal.ts';
import { MARKER } from './marker.ts';

/** A value of AMF0. Objects have no prototype, so that no name in them means anything to the language. */
export type AmfValue =
  | number
  | boolean
  | string
  | null
  | undefined
  | AmfValue[]
  | { [name: string]: AmfValue };

/** Objects within objects; encoders use three. */
const MAX_DEPTH = 8;
/** Values in one message, whatever their nesting; encoders use sixty. */
const MAX_VALUES = 1024;

/**
 * Reads AMF0 (Adobe AMF 0, December 2007) with depth, count and every length bounded.
 * @example const amf = new AmfReader(payload); const name = amf.value(); const transaction = amf.value();
 */
export class AmfReader {
  readonly #bytes: Buffer;
  #at: number;
  #values = 0;

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get ended(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** The next value. @throws Malformed */
  value(depth = 0): AmfValue {
    if (depth > MAX_DEPTH) throw new Malformed('AMF nested too deep');
    if (++this.#values > MAX_VALUES) throw new Malformed('too many AMF values');
    const marker = this.#bytes[this.#take(1)];
    switch (marker) {
      case MARKER.number:
        return this.#bytes.readDoubleBE(this.#take(8));
      case MARKER.boolean:
        return this.#bytes[this.#take(1)] !== 0;
      case MARKER.string:
        return this.#text(this.#bytes.readUInt16BE(this.#take(2)));
      case MARKER.longString:
      case MARKER.xml:
        return this.#text(this.#bytes.readUInt32BE(this.#take(4)));
      case MARKER.null:
        return null;
      case MARKER.undefined:
      case MARKER.unsupported:
        return undefined;
      case MARKER.object:
        return this.#members(depth);
      case MARKER.typedObject:
        this.#text(this.#bytes.readUInt16BE(this.#take(2)));
        return this.#members(depth);
      case MARKER.ecmaArray:
        // The count is a hint that encoders get wrong; the end marker decides.
        this.#take(4);
        return this.#members(depth);
      case MARKER.strictArray:
        return this.#items(depth);
      case MARKER.date: {
        const ms = this.#bytes.readDoubleBE(this.#take(8));
        this.#take(2);
        return ms;
      }
      default:
        throw new Malformed(`AMF marker ${marker}`);
    }
  }

  #take(size: number): number {
    const at = this.#at;
    if (this.#bytes.length - at < size) throw new Malformed('AMF cut short');
    this.#at = at + size;
    return at;
  }

  #text(size: number): string {
    const at = this.#take(size);
    return this.#bytes.toString('utf8', at, at + size);
  }

  #members(depth: number): { [name: string]: AmfValue } {
    const members: { [name: string]: AmfValue } = Object.create(null);
    for (;;) {
      const size = this.#bytes.readUInt16BE(this.#take(2));
      if (size === 0) {
        if (this.#bytes[this.#take(1)] !== MARKER.objectEnd)
          throw new Malformed('AMF object without its end');
        return members;
      }
      const name = this.#text(size);
      members[name] = this.value(depth + 1);
    }
  }

  #items(depth: number): AmfValue[] {
    const count = this.#bytes.readUInt32BE(this.#take(4));
    if (count > MAX_VALUES) throw new Malformed('too many AMF values');
    const items: AmfValue[] = [];
    for (let i = 0; i < count; i++) items.push(this.value(depth + 1));
    return items;
  }
}
