import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { answerHandshake, Handshake } from './handshake.ts';
import { Malformed } from './refusal.ts';
import { capture } from './testing/replay.ts';

describe('the handshake', () => {
  it('echoes C1 in the plain form', () => {
    const c1 = Buffer.alloc(1536, 9);
    c1.writeUInt32BE(0, 4);
    const answer = answerHandshake(c1, 5);
    expect(answer).toHaveLength(3073);
    expect(answer[0]).toBe(3);
    expect(answer.subarray(1537).equals(c1)).toBe(true);
  });

  it("signs S1 and S2 for ffmpeg's digest so that a Flash player would believe them", () => {
    const c1 = capture('ffmpeg').subarray(1, 1537);
    const answer = answerHandshake(c1, 5);
    const [s1, s2] = [answer.subarray(1, 1537), answer.subarray(1537)];
    const offset = 12 + (((s1[8] ?? 0) + (s1[9] ?? 0) + (s1[10] ?? 0) + (s1[11] ?? 0)) % 728);
    const hmac = (key: Buffer, bytes: Buffer) => createHmac('sha256', key).update(bytes).digest();
    const rest = Buffer.concat([s1.subarray(0, offset), s1.subarray(offset + 32)]);
    expect(
      hmac(Buffer.from('Genuine Adobe Flash Media Server 001'), rest).equals(
        s1.subarray(offset, offset + 32),
      ),
    ).toBe(true);
    expect(s2.equals(c1)).toBe(false);
  });

  it('takes any split and leaves what follows', () => {
    const bytes = capture('gstreamer').subarray(0, 3200);
    for (const size of [1, 100, 1536, 1537, 1538, 3073, 3200]) {
      const handshake = new Handshake(
        () => {},
        () => 0,
      );
      let at = 0;
      while (!handshake.done) at += handshake.push(bytes.subarray(at, at + size));
      expect(at).toBe(3073);
    }
  });

  it.each([6, 0x16, 0x47])('refuses what begins with byte %i', (first) => {
    const handshake = new Handshake(
      () => {},
      () => 0,
    );
    expect(() => handshake.push(Buffer.from([first]))).toThrow(Malformed);
  });
});
