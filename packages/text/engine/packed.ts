/**
 * A value whose typed arrays lie one after another in one piece of memory: its bytes pass between processes without
 * being looked at, and without a pause. Shared memory is none that the collector counts; several dozens of megabytes
 * that it does count, coming at once, make it stop and collect.
 */
export type Packed = { memory: ArrayBufferLike; shape: unknown };

const KINDS = { Uint8Array, Uint16Array, Uint32Array, Float64Array } as const;
type Kind = keyof typeof KINDS;
type Numbers = InstanceType<(typeof KINDS)[Kind]>;

/** Where an array lies in the memory: so many units from a byte on. */
type Place = { isPlace: true; kind: Kind; at: number; length: number };

const ALIGNED = 8;
const alignedOf = ({ byteLength }: Numbers): number => Math.ceil(byteLength / ALIGNED) * ALIGNED;

/**
 * Packs plain objects with numbers, strings, arrays of strings and typed arrays into the memory that `memoryFor` gives
 * for so many bytes.
 */
export function pack(value: object, memoryFor: (bytes: number) => ArrayBufferLike): Packed {
  const arrays: Numbers[] = [];
  let end = 0;
  const shapeOf = (part: unknown): unknown => {
    if (ArrayBuffer.isView(part)) {
      const array = part as Numbers;
      const place: Place = {
        isPlace: true,
        kind: array.constructor.name as Kind,
        at: end,
        length: array.length,
      };
      arrays.push(array);
      end += alignedOf(array);
      return place;
    }
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).map(([name, one]) => [name, shapeOf(one)]));
  };
  const shape = shapeOf(value);
  const memory = memoryFor(end);
  let at = 0;
  for (const array of arrays) {
    new Uint8Array(memory, at, array.byteLength).set(
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
    );
    at += alignedOf(array);
  }
  return { memory, shape };
}

/** What was packed, its arrays being views of the memory. */
export function unpack<T>({ memory, shape }: Packed): T {
  const partOf = (part: unknown): unknown => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    const { isPlace, kind, at, length } = part as Partial<Place>;
    if (isPlace && kind) return new KINDS[kind](memory as ArrayBuffer, at, length);
    return Object.fromEntries(Object.entries(part).map(([name, one]) => [name, partOf(one)]));
  };
  return partOf(shape) as T;
}
