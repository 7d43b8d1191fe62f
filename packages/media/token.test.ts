import { Problem, SimulatedClock } from '@weir/kit';
import { describe, expect, it } from 'vitest';
import { type PlayClaims, TokenSigner, TokenVerifier } from './token.ts';

const clock = new SimulatedClock();
const signer = TokenSigner.generate();
const verifier = new TokenVerifier(signer.publicKey, clock);
const claims = (more: Partial<PlayClaims> = {}): PlayClaims => ({
  b: 'b1',
  s: 's1',
  k: 'play',
  exp: clock.now() + 300_000,
  ...more,
});

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (why) {
    if (why instanceof Problem) return why.code;
    throw why;
  }
  return 'passed';
};

describe('a play token', () => {
  it('comes back as it was made', () => {
    const made = claims({ u: { id: 'u1', nick: '阿水', roles: ['viewer'] } });
    expect(verifier.verify(signer.sign(made))).toEqual(made);
  });

  it('survives a restart of control: the key is kept as PEM', () => {
    const again = TokenSigner.load(signer.privatePem());
    expect(again.publicKey).toBe(signer.publicKey);
    expect(verifier.verify(again.sign(claims())).s).toBe('s1');
  });

  it('bounds the start: at its time it has expired, and can still be read for a session under way', () => {
    const time = new SimulatedClock();
    const token = signer.sign(claims({ exp: time.now() + 1000 }));
    const edge = new TokenVerifier(signer.publicKey, time);
    time.advance(999);
    expect(codeOf(() => edge.verify(token))).toBe('passed');
    time.advance(1);
    expect(codeOf(() => edge.verify(token))).toBe('token_expired');
    expect(edge.read(token).s).toBe('s1');
  });

  it('is for one broadcast and one use', () => {
    const token = signer.sign(claims());
    expect(codeOf(() => verifier.verify(token, { b: 'b1', k: 'play' }))).toBe('passed');
    expect(codeOf(() => verifier.verify(token, { b: 'b2' }))).toBe('bad_token');
    expect(codeOf(() => verifier.verify(token, { k: 'room' }))).toBe('bad_token');
  });

  it('is refused from another key', () => {
    expect(codeOf(() => verifier.verify(TokenSigner.generate().sign(claims())))).toBe('bad_token');
  });

  it('is refused when any one character is another', () => {
    const token = signer.sign(claims());
    for (let i = 0; i < token.length; i++) {
      const other = token[i] === 'A' ? 'B' : 'A';
      const forged = token.slice(0, i) + other + token.slice(i + 1);
      expect(
        codeOf(() => verifier.verify(forged)),
        `character ${i}`,
      ).toBe('bad_token');
    }
  });

  it('is refused when cut, empty, padded or long', () => {
    const token = signer.sign(claims());
    for (const bad of ['', '.', 'a.b', token.slice(0, -1), `${token}=`, `${token} `, 'a'.repeat(5000)])
      expect(
        codeOf(() => verifier.verify(bad)),
        bad.slice(0, 20),
      ).toBe('bad_token');
  });

  it('is refused when signed but not claims', () => {
    for (const odd of [null, 1, 'x', [], {}, { ...claims(), k: 'admin' }, { ...claims(), exp: null }])
      expect(codeOf(() => verifier.verify(signer.sign(odd as PlayClaims)))).toBe('bad_token');
  });
});
