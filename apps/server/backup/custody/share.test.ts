import { generateHybridIdentity, generateX25519Identity } from 'age-encryption';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinIdentity, splitIdentity } from './share.ts';

const identity = await generateX25519Identity();
const NAMES = ['Ming', '王小明', 'night shift 2', 'safe-deposit', 'E'];

describe('an identity split among keepers', () => {
  it('is made again by any of them that are enough, in any order, typed in any case; by fewer it is not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(generateX25519Identity, generateHybridIdentity),
        fc.integer({ min: 2, max: 5 }),
        fc.integer({ min: 2, max: 5 }),
        fc.infiniteStream(fc.nat(100)),
        async (generate, count, wanted, order) => {
          const whole = await generate();
          const need = Math.min(count, wanted);
          const lines = await splitIdentity(whole, { names: NAMES.slice(0, count), need });
          expect(lines.every((line) => !/\n/.test(line) && line.length < 240)).toBe(true);
          const some = lines
            .map((line) => [order.next().value, line] as const)
            .sort(([a], [b]) => a - b)
            .map(([, line]) => line);
          expect(
            await joinIdentity(['', ...some.slice(0, need).map((line) => `  ${line.toUpperCase()} `)]),
          ).toBe(whole);
          expect(await joinIdentity(some)).toBe(whole);
          const few = some.slice(0, need - 1);
          await expect(joinIdentity([...few, ...few])).rejects.toThrow(`${need} shares are needed`);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('is told from a mistyped share, whatever letter it was', async () => {
    const [a = '', b = ''] = await splitIdentity(identity, { names: ['Ann', 'Bo', 'Cy'], need: 2 });
    await fc.assert(
      fc.asyncProperty(fc.nat(a.length - 1), fc.constantFrom(...'0123456789abcdefz '), async (at, letter) => {
        const typed = a.slice(0, at) + letter + a.slice(at + 1);
        if (typed.trim().replace(/\s+/g, ' ').toLowerCase() === a.toLowerCase()) return;
        await expect(joinIdentity([typed, b])).rejects.toMatchObject({ code: 'refused' });
      }),
      { numRuns: 200 },
    );
    await expect(joinIdentity([a.replace('Ann', 'Anna'), b])).rejects.toThrow('Anna is mistyped');
  });

  it('is not made of shares of two splittings, nor of a share made up', async () => {
    const [a = ''] = await splitIdentity(identity, { names: ['Ann', 'Bo'], need: 2 });
    const [, b = ''] = await splitIdentity(identity, { names: ['Ann', 'Bo'], need: 2 });
    await expect(joinIdentity([a, b])).rejects.toThrow(
      'The share of Bo is of another splitting than that of Ann',
    );
    const [, other = ''] = await splitIdentity(await generateX25519Identity(), {
      names: ['Ann', 'Bo'],
      need: 2,
    });
    await expect(joinIdentity([a, other])).rejects.toThrow('another splitting');
    await expect(joinIdentity(['weir', a])).rejects.toThrow('"weir" is no share');
    await expect(joinIdentity([])).rejects.toThrow('There is no share');
  });

  it('refuses what cannot be split', async () => {
    for (const [names, need] of [
      [['a'], 2],
      [['a', 'A'], 2],
      [['a', 'b'], 1],
      [['a', 'b'], 3],
      [['a', 'b\nc'], 2],
      [Array.from({ length: 17 }, (_, i) => `n${i}`), 2],
    ] as const)
      await expect(splitIdentity(identity, { names, need })).rejects.toMatchObject({ code: 'refused' });
    for (const bad of ['', 'age1x', identity.slice(0, -1), `${identity}Q`])
      await expect(splitIdentity(bad, { names: ['a', 'b'], need: 2 })).rejects.toThrow('no age identity');
  });
});
