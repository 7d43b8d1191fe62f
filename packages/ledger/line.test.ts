import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyOf } from './line.ts';

/** Any value that JSON knows, and members that are not there. */
const value = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
);
const name = fc.oneof(
  fc.constantFrom('kind', 'ts', 'toJSON', '__proto__', 'constructor', '10', '9', 'a', 'B', 'é', ''),
  fc.string(),
);

describe('the body of a record', () => {
  it('is canonical JSON (RFC 8785), whatever its names and values', () => {
    fc.assert(
      fc.property(fc.dictionary(name, value, { noNullPrototype: false }), (members) => {
        const { n: _, v: __, ...record } = members;
        expect(bodyOf(record as never)).toBe(canonicalize(record));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is canonical also with values inside of values', () => {
    const record = { kind: 'k', ts: 1, b: { z: [1, { y: '', x: null }], a: -0 }, a: 1e21 };
    expect(bodyOf(record)).toBe('{"a":1e+21,"b":{"a":0,"z":[1,{"x":null,"y":""}]},"kind":"k","ts":1}');
  });

  it('has a sign of replacement for half a pair, which canonical JSON does not know', () => {
    expect(bodyOf({ kind: 'k', ts: 1, text: 'a\ud800b' })).toBe('{"kind":"k","text":"a\ufffdb","ts":1}');
  });

  it('is none with a number that JSON does not know, or one of the log’s own members', () => {
    expect(() => bodyOf({ kind: 'k', ts: Number.NaN })).toThrow('NaN');
    expect(() => bodyOf({ kind: 'k', ts: 1, n: 1 })).toThrow(RangeError);
  });
});
