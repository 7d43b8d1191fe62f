/** A value of Thrift's compact protocol: whole numbers, bytes, lists, and structs by the numbers of their fields. */
export type Thrift = number | boolean | Uint8Array | Thrift[] | ThriftStruct;
export type ThriftStruct = { [field: number]: Thrift };

/** Structs and lists that lie in one another at most. */
const MAX_DEPTH = 16;
const STOP = 0;

/**
 * Reads one struct at a place (Thrift compact protocol, as Apache Parquet writes its footers and page headers).
 * @throws RangeError where the bytes end before it does, or are none
 */
export function readStruct(bytes: Uint8Array, at: number): { value: ThriftStruct; end: number } {
  const reader = new Reader(bytes, at);
  return { value: reader.struct(0), end: reader.at };
}

class Reader {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  struct(depth: number): ThriftStruct {
    if (depth > MAX_DEPTH) throw new RangeError('structs lie too deep');
    const value: ThriftStruct = {};
    for (let field = 0; ; ) {
      const head = this.#byte();
      const type = head & 15;
      if (type === STOP) return value;
      field = head >> 4 === 0 ? this.#whole() : field + (head >> 4);
      value[field] = this.#value(type, depth, true);
    }
  }

  #value(type: number, depth: number, isField: boolean): Thrift {
    switch (type) {
      case 1:
      case 2:
        return isField ? type === 1 : this.#byte() === 1;
      case 3:
        return (this.#byte() << 24) >> 24;
      case 4:
      case 5:
      case 6:
        return this.#whole();
      case 7:
        return this.#take(8);
      case 8:
        return this.#take(this.#unsigned());
      case 9:
      case 10:
        return this.#list(depth);
      case 12:
        return this.struct(depth + 1);
      default:
        throw new RangeError(`there is no type ${type}`);
    }
  }

  #list(depth: number): Thrift[] {
    if (depth > MAX_DEPTH) throw new RangeError('lists lie too deep');
    const head = this.#byte();
    const count = head >> 4 === 15 ? this.#unsigned() : head >> 4;
    if (count > this.#bytes.length - this.at) throw new RangeError('a list is longer than its bytes');
    return Array.from({ length: count }, () => this.#value(head & 15, depth + 1, false));
  }

  #byte(): number {
    const byte = this.#bytes[this.at++];
    if (byte === undefined) throw new RangeError('the bytes end too early');
    return byte;
  }

  #take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.at) throw new RangeError('the bytes end too early');
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  /** A varint; what lies beyond 2^53 loses its last digits, as a reader of sizes may bear. */
  #unsigned(): number {
    let value = 0;
    for (let factor = 1, length = 0; length < 10; factor *= 128, length++) {
      const byte = this.#byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    throw new RangeError('a number does not end');
  }

  #whole(): number {
    const value = this.#unsigned();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
