import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SimulatedClock, silentLog } from '@weir/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Ledger } from '../ledger.ts';
import { TestAuthority } from '../testing/authority.ts';
import { fresh, published } from '../testing/store.ts';
import { verifyStore } from '../verify/verify.ts';
import { askForStamp, type StampPlace } from './ask.ts';
import { Authority } from './authority.ts';
import { imprintOf } from './request.ts';
import { openToken } from './token.ts';

let tsa: TestAuthority;
let other: TestAuthority;
let place: StampPlace;
beforeAll(async () => {
  tsa = new TestAuthority();
  other = new TestAuthority();
  place = { url: await tsa.listen(), authority: new Authority(tsa.root) };
});
afterAll(() => tsa.close());

describe('a time-stamp', () => {
  it('says when a text was there, and OpenSSL says so too', async () => {
    const { token, stamped } = await askForStamp(place, 'text');
    expect(stamped).toMatchObject({ by: 'Test time', accuracyMs: 1_500, policy: tsa.policy });
    expect(Math.abs(stamped.at - Date.now())).toBeLessThan(60_000);
    expect(tsa.accepts(token, imprintOf('text'))).toBe(true);
    expect(openToken(token, { imprint: imprintOf('text') }, place.authority)).toEqual(stamped);
    // The signer's own certificate may be the one that is trusted.
    expect(openToken(token, { imprint: imprintOf('text') }, new Authority(tsa.own))).toEqual(stamped);
  });

  it('is refused over another text, nonce or policy, and from nobody who is trusted', async () => {
    const { token } = await askForStamp(place, 'text');
    const open = (text: string, authority: Authority, policy?: string) => () =>
      openToken(token, { imprint: imprintOf(text), policy }, authority);
    expect(open('other text', place.authority)).toThrow(/something else/);
    expect(open('text', place.authority, '1.2.3')).toThrow(/policy/);
    expect(open('text', new Authority(other.root))).toThrow(/vouches/);
    expect(() => new Authority('no certificate')).toThrow(/PEM/);
    tsa.instead = () => tsa.reply(join(tsa.dir, 'query-1'));
    try {
      await expect(askForStamp(place, 'text')).rejects.toThrow(/another nonce/);
      await expect(askForStamp(place, 'other text')).rejects.toThrow(/something else/);
      tsa.instead = () => Buffer.from('no token');
      await expect(askForStamp(place, 'text')).rejects.toThrow();
      tsa.instead = () => Buffer.alloc(100_000);
      await expect(askForStamp(place, 'text')).rejects.toThrow(/more than/);
    } finally {
      tsa.instead = undefined;
    }
    const asked = { ...place, policy: '1.3.6.1.4.1.99999.1.2' };
    expect((await askForStamp(asked, 'text')).stamped.policy).toBe(asked.policy);
    await expect(askForStamp({ ...place, policy: '1.2.3.4' }, 'text')).rejects.toThrow(/refuses: status 2/);
  });

  it('is refused where a bit of what it says is another: what lies outside of the signature changes nothing', async () => {
    const { token, stamped } = await askForStamp(place, 'text');
    let refused = 0;
    for (let at = 0; at < token.length; at += 3) {
      const bent = Buffer.from(token);
      bent[at] = (bent[at] as number) ^ (1 << (at % 8));
      try {
        expect(openToken(bent, { imprint: imprintOf('text') }, place.authority), `byte ${at}`).toEqual(
          stamped,
        );
      } catch (why) {
        if ((why as Error).name === 'AssertionError') throw why;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan((token.length / 3) * 0.9);
  });

  it('is refused of a signer who may sign other things as well, or whose purpose is not critical', async () => {
    const purposes = ['critical,timeStamping', 'critical,timeStamping,clientAuth', 'timeStamping'];
    const signers = new Map(
      [...purposes, 'critical,serverAuth'].map((purpose) => [purpose, new TestAuthority(purpose, 'ec')]),
    );
    // Asked for when their certificates are valid: none vouches for an instant before it was made.
    const { token, stamped } = await askForStamp(place, 'text');
    const open = (purpose: string) => {
      const signer = signers.get(purpose) as TestAuthority;
      return openToken(signer.signAnew(token), { imprint: imprintOf('text') }, new Authority(signer.root));
    };
    expect(open('critical,timeStamping')).toEqual(stamped);
    for (const purpose of ['critical,timeStamping,clientAuth', 'timeStamping', 'critical,serverAuth'])
      expect(() => open(purpose), purpose).toThrow(/not for stamping time alone/);
  });
});

describe('a store whose checkpoints are stamped', () => {
  it('gets a token an hour where there is news, which holds offline, and says what time it is outside', async () => {
    const dir = fresh();
    const clock = new SimulatedClock();
    const open = (): Promise<Ledger> => Ledger.open({ dir, clock, log: silentLog, timestamps: place });
    const ledger = await open();
    const stamps = (): number =>
      readdirSync(join(dir, 'content')).includes('timestamps')
        ? readdirSync(join(dir, 'content', 'timestamps')).length
        : 0;
    const before = tsa.asked;
    for (let offset = 1; offset <= 4; offset++) {
      await ledger.append([published(offset)]);
      clock.advance(1_001);
      await ledger.sign();
      if (offset % 2 === 1) await expect.poll(stamps).toBe((offset + 1) / 2);
      else {
        expect(stamps()).toBe(offset / 2);
        clock.advance(3_600_000);
      }
    }
    const [said] = ledger.outsideTimes();
    expect(said).toMatchObject({ by: 'Test time', means: 'timestamp' });
    expect(Math.abs((said?.at ?? 0) - Date.now())).toBeLessThan(60_000);
    await ledger.close();
    expect(tsa.asked - before).toBeGreaterThanOrEqual(2);

    const report = async (tsaPem?: string) =>
      (await verifyStore({ dir, logs: ['content'], ...(tsaPem ? { tsa: tsaPem } : {}) }))[0];
    const found = await report();
    expect(found?.fault).toBeUndefined();
    expect(found).toMatchObject({ stamps: stamps(), stamped: { by: 'Test time' } });
    expect(await report(tsa.root)).toMatchObject({ stamps: stamps() });
    const strange = await report(other.root);
    expect([strange?.fault, strange?.stamps]).toEqual([undefined, 0]);

    // A restart knows what was stamped.
    const again = await open();
    expect(again.outsideTimes()).toMatchObject([{ means: 'timestamp' }]);
    await again.close();

    const folder = join(dir, 'content', 'timestamps');
    const [first = ''] = readdirSync(folder).sort();
    const token = readFileSync(join(folder, first));
    const bent = Buffer.from(token);
    bent[token.length - 1] = (bent[token.length - 1] as number) ^ 1;
    writeFileSync(join(folder, first), bent);
    expect((await report())?.fault).toMatch(/was altered/);
    writeFileSync(join(folder, first), token);
    // The same token under another size.
    const moved = first.replace(/^0+1/, '0000000000000002');
    renameSync(join(folder, first), join(folder, moved));
    expect((await report())?.fault).toMatch(/something else/);
    renameSync(join(folder, moved), join(folder, first));
    writeFileSync(join(folder, 'note.txt'), 'x');
    expect((await report())?.fault).toMatch(/no file of this log/);
    rmSync(join(folder, 'note.txt'));
    rmSync(join(dir, 'tsa.pem'));
    expect((await report())?.fault).toMatch(/no certificate/);
  });

  it('goes on while nobody stamps', async () => {
    const dir = fresh();
    const clock = new SimulatedClock();
    const timestamps = { ...place, url: 'http://127.0.0.1:9/' };
    const ledger = await Ledger.open({ dir, clock, log: silentLog, timestamps });
    await ledger.append([published(1)]);
    await ledger.close();
    expect((await verifyStore({ dir, logs: ['content'] }))[0]).toMatchObject({ checked: 1, stamps: 0 });
  });
});
