import { SimulatedClock } from '@weir/kit';
import { describe, expect, it } from 'vitest';
import { Proxies, subscriber } from './address.ts';
import { Crowd } from './crowd.ts';

describe('whose request it is', () => {
  const proxies = new Proxies(['10.0.0.0/8', '::1', 'fd00::/8']);

  it('is the peer itself where the peer is no trusted proxy, whatever it says', () => {
    for (const headers of [{ 'x-forwarded-for': '1.2.3.4' }, { forwarded: 'for=1.2.3.4' }])
      expect(proxies.client('203.0.113.9', headers)).toBe('203.0.113.9');
    expect(new Proxies([]).client('10.0.0.1', { 'x-forwarded-for': '1.2.3.4' })).toBe('10.0.0.1');
  });

  it('is the nearest hop that is not trusted: what stands left of it anybody could have written', () => {
    expect(proxies.client('10.1.2.3', { 'x-forwarded-for': '6.6.6.6, 198.51.100.7, 10.9.9.9' })).toBe(
      '198.51.100.7',
    );
    expect(proxies.client('::ffff:10.1.2.3', { forwarded: 'for=6.6.6.6, for="198.51.100.7:4711"' })).toBe(
      '198.51.100.7',
    );
    expect(proxies.client('::1', { forwarded: 'proto=https;For="[2001:db8::7]:443";by=1.1.1.1' })).toBe(
      '2001:db8::7',
    );
  });

  it('stays with the proxy where the header is missing or no address', () => {
    expect(proxies.client('10.1.2.3', {})).toBe('10.1.2.3');
    expect(proxies.client('10.1.2.3', { 'x-forwarded-for': 'unknown' })).toBe('10.1.2.3');
    expect(proxies.client('10.1.2.3', { forwarded: 'for=_hidden' })).toBe('10.1.2.3');
  });

  it('prefers Forwarded, so that a proxy that writes it is not overruled by its client', () => {
    expect(proxies.client('10.1.2.3', { forwarded: 'for=198.51.100.7', 'x-forwarded-for': '6.6.6.6' })).toBe(
      '198.51.100.7',
    );
  });
});

describe('who counts as one', () => {
  it('is an IPv4 address, and the /64 of an IPv6 address', () => {
    expect(subscriber('198.51.100.7')).toBe('198.51.100.7');
    expect(subscriber('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
    expect(subscriber('2001:db8:1:2::9')).toBe('2001:db8:1:2::/64');
    expect(subscriber('2001:0db8:0001:0002::9')).toBe('2001:db8:1:2::/64');
    expect(subscriber('::1')).toBe('0:0:0:0::/64');
  });
});

describe('a crowd', () => {
  it('lets an address join so often a second and no more, and others beside it', () => {
    const clock = new SimulatedClock();
    const crowd = new Crowd(clock, { perAddress: 0, joinsPerSecond: 5 });
    const allowed = (): number => Array.from({ length: 1000 }, () => crowd.join('a')).filter(Boolean).length;
    expect(allowed()).toBe(5);
    expect(crowd.mayJoin('a')).toBe(false);
    expect(crowd.join('b')).toBe(true);
    clock.advance(400);
    expect(allowed()).toBe(2);
    clock.advance(60_000);
    expect(allowed()).toBe(5);
  });

  it('gives a place back when a connection ends', () => {
    const crowd = new Crowd(new SimulatedClock(), { perAddress: 2, joinsPerSecond: 0 });
    expect([crowd.enter('a'), crowd.enter('a'), crowd.enter('a'), crowd.enter('b')]).toEqual([
      true,
      true,
      false,
      true,
    ]);
    crowd.leave('a');
    expect(crowd.enter('a')).toBe(true);
  });

  it('remembers a bounded number of addresses, the ones seen last', () => {
    const crowd = new Crowd(new SimulatedClock(), { perAddress: 0, joinsPerSecond: 1 });
    crowd.join('first');
    for (let i = 0; i < 16_384; i++) crowd.join(`a${i}`);
    expect(crowd.mayJoin('first')).toBe(true);
    expect(crowd.mayJoin('a0')).toBe(false);
  });
});
