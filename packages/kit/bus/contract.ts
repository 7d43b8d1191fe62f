import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Problem } from '../problem.ts';
import { type Bus, type Envelope, MAX_MESSAGE_BYTES } from './bus.ts';

/** What every transport must do. `open` starts one, `join` adds a process to it. */
export type Transport = { join(name: string): Promise<Bus>; close(): Promise<void> };

/** The contract suite of the bus; each transport's test calls it inside its own `describe`. */
export function busContract(open: () => Promise<Transport>): void {
  let transport: Transport;
  let a: Bus;
  let b: Bus;
  beforeEach(async () => {
    transport = await open();
    a = await transport.join('a');
    b = await transport.join('b');
  });
  afterEach(() => transport.close());
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));

  it('delivers a published message with its envelope, numbered without gaps', async () => {
    const got: [unknown, Envelope][] = [];
    b.subscribe('x.y', (body, envelope) => got.push([body, envelope]));
    await settle();
    a.publish('x.y', { one: 1 });
    a.publish('x.y', { two: 2 });
    await vi.waitFor(() => expect(got).toHaveLength(2));
    expect(got[0]?.[0]).toEqual({ one: 1 });
    expect(got[0]?.[1]).toMatchObject({ v: 1, subject: 'x.y', from: 'a', boot: a.boot });
    expect((got[1]?.[1].n ?? 0) - (got[0]?.[1].n ?? 0)).toBe(1);
  });

  it('lets a star stand for exactly one token', async () => {
    const got: string[] = [];
    b.subscribe('edge.*.gate', (_, envelope) => got.push(envelope.subject));
    await settle();
    a.publish('edge.1.gate', null);
    a.publish('edge.1.2.gate', null);
    a.publish('edge.2.gate', null);
    await vi.waitFor(() => expect(got).toEqual(['edge.1.gate', 'edge.2.gate']));
  });

  it('answers a request', async () => {
    b.serve('sum', (body) => (body as number[]).reduce((x, y) => x + y, 0));
    await settle();
    expect(await a.request('sum', [1, 2, 3])).toBe(6);
  });

  it('carries a problem back with its code', async () => {
    b.serve('no', () => {
      throw new Problem('forbidden', 'not you', { who: 'a' });
    });
    await settle();
    await expect(a.request('no', null)).rejects.toMatchObject({
      code: 'forbidden',
      detail: 'not you',
      more: { who: 'a' },
    });
  });

  it('says at once that nobody serves a subject', async () => {
    await expect(a.request('nobody', null, 60_000)).rejects.toMatchObject({ code: 'bus_no_responder' });
  });

  it('gives up on a silent responder', async () => {
    b.serve('silent', () => new Promise(() => {}));
    await settle();
    await expect(a.request('silent', null, 30)).rejects.toMatchObject({ code: 'bus_timeout' });
  });

  it('tells at once that the process which was asked has died', async () => {
    b.serve('long', () => new Promise(() => {}));
    await settle();
    const asked = a.request('long', null, 60_000);
    await settle();
    await Promise.all([b.close(), expect(asked).rejects.toMatchObject({ code: 'bus_no_responder' })]);
  });

  it('never runs a request that has expired on the way', async () => {
    const run = vi.fn();
    b.serve('late', run);
    await settle();
    await a.request('late', null, -1).catch(() => {});
    await settle();
    expect(run).not.toHaveBeenCalled();
  });

  it('drops a published message that has expired on the way', async () => {
    const got: unknown[] = [];
    b.subscribe('news', (body) => got.push(body));
    await settle();
    a.publish('news', 'old', -1);
    a.publish('news', 'new');
    await vi.waitFor(() => expect(got).toEqual(['new']));
  });

  it('tells one boot of a process from the next, each counting from 1', async () => {
    const got: Envelope[] = [];
    b.subscribe('boot', (_, envelope) => got.push(envelope));
    await settle();
    const first = await transport.join('c');
    first.publish('boot', null);
    await vi.waitFor(() => expect(got).toHaveLength(1));
    await first.close();
    const second = await transport.join('c');
    second.publish('boot', null);
    await vi.waitFor(() => expect(got).toHaveLength(2));
    expect(got.map(({ from, n, v }) => [from, n, v])).toEqual([
      ['c', 1, 1],
      ['c', 1, 1],
    ]);
    expect(got[0]?.boot).not.toBe(got[1]?.boot);
    expect(got[0]?.expiresAt).toBeGreaterThan(Date.now() - 60_000);
  });

  it('carries no media: bytes and what is over the bound are refused where they are sent', async () => {
    const got = vi.fn();
    b.subscribe('media', got);
    b.serve('media', got);
    await settle();
    for (const body of [Buffer.alloc(10), { tag: new Uint8Array(10) }, 'x'.repeat(MAX_MESSAGE_BYTES)]) {
      expect(() => a.publish('media', body)).toThrow();
      await expect(a.request('media', body)).rejects.toThrow();
    }
    a.publish('media', 'after');
    await vi.waitFor(() => expect(got).toHaveBeenCalledOnce());
  });

  it('lets a restarted process take a subject over', async () => {
    b.serve('who', () => 'b');
    await settle();
    await b.close();
    const c = await transport.join('c');
    c.serve('who', () => 'c');
    await settle();
    expect(await a.request('who', null)).toBe('c');
  });

  it('tells when the transport is gone', async () => {
    const lost = vi.fn();
    a.onLost(lost);
    await transport.close();
    await vi.waitFor(() => expect(lost).toHaveBeenCalledOnce());
    await expect(a.request('x', null)).rejects.toMatchObject({ code: 'bus_no_responder' });
  });
}
