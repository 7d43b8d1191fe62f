import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Malformed } from '../refusal.ts';
import { AmfReader, type AmfValue } from './reader.ts';
import { encodeAmf } from './writer.ts';

const value = fc.letrec<{ any: AmfValue }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.double({ noNaN: true }),
    fc.boolean(),
    fc.string({ unit: 'binary' }),
    fc.constant(null),
    fc.constant(undefined),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: 'grapheme', minLength: 1 }), tie('any'), {
      maxKeys: 4,
      noNullPrototype: false,
    }),
  ),
})).any;

const bare = (v: AmfValue): unknown =>
  Array.isArray(v)
    ? v.map(bare)
    : v !== null && typeof v === 'object'
      ? Object.entries(v).map(([k, m]) => [k, bare(m)])
      : v;

describe('AMF0', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(value, (written) => {
        expect(bare(new AmfReader(encodeAmf(written)).value())).toEqual(bare(written));
      }),
      { numRuns: 2000 },
    );
  });

  it('takes ECMA arrays whatever count they state, dates, long strings and typed objects', () => {
    const member = Buffer.from('000161004024000000000000' + '000009', 'hex');
    const ecma = Buffer.concat([Buffer.from('08ffffffff', 'hex'), member]);
    expect(new AmfReader(ecma).value()).toEqual({ a: 10 });
    expect(new AmfReader(Buffer.concat([Buffer.from('10000158', 'hex'), member])).value()).toEqual({ a: 10 });
    expect(new AmfReader(Buffer.from('0b40240000000000000000', 'hex')).value()).toBe(10);
    expect(new AmfReader(encodeAmf('x'.repeat(70_000))).value()).toHaveLength(70_000);
  });

  it('means nothing to the language by any name', () => {
    const read = new AmfReader(encodeAmf({ ['__proto__']: 1 } as never)).value() as object;
    expect(Object.getPrototypeOf(read)).toBe(null);
    expect(({} as Record<string, unknown>)['a']).toBe(undefined);
  });

  it.each([
    [
      'nested too deep',
      Buffer.concat([...Array.from({ length: 5000 }, () => Buffer.from('0300016b', 'hex'))]),
    ],
    [
      'arrays nested too deep',
      Buffer.concat(Array.from({ length: 5000 }, () => Buffer.from('0a00000001', 'hex'))),
    ],
    ['an array of 2^32 items', Buffer.from('0affffffff', 'hex')],
    [
      'more values than any encoder writes',
      Buffer.concat([
        Buffer.from('0300', 'hex'),
        Buffer.alloc(0),
        ...Array.from({ length: 2000 }, () => Buffer.from('01610500', 'hex')),
      ]),
    ],
    ['a string longer than the message', Buffer.from('0c7fffffff61', 'hex')],
    ['a reference', Buffer.from('070000', 'hex')],
    ['AMF3', Buffer.from('1101', 'hex')],
    ['nothing', Buffer.alloc(0)],
  ])('refuses %s', (_what, bytes) => {
    expect(() => new AmfReader(bytes).value()).toThrow(Malformed);
  });
});
