import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { PASSED } from './screen.ts';
import { Guest, type House, openHouse, ROOM, settings, UNPACED } from './testing/house.ts';

let house: House;
afterEach(() => house.close());

/** The HTTP status that refuses a handshake. */
const statusOf = (ws: WebSocket): Promise<number> =>
  new Promise((resolve) => {
    ws.on('error', () => {});
    ws.on('unexpected-response', (_, res) => {
      res.resume();
      resolve(res.statusCode ?? 0);
    });
  });

const refusedWith = (code: string) => expect.objectContaining({ t: 'refused', code });

describe('a room socket', () => {
  it('is greeted with hello, then history, then the gate', async () => {
    house = await openHouse();
    const ann = await house.guest('ann');
    for (const text of ['one', 'two', 'three']) expect(await ann.say(text)).toMatchObject({ state: 'shown' });
    // What ann has seen is history; what is still on its way would come to bob as news.
    await ann.messages(3);
    const bob = await house.guest();
    await bob.until((event) => event.t === 'gate');
    expect(bob.events.map((event) => event.t)).toEqual(['hello', 'msg', 'msg', 'msg', 'gate']);
    expect(bob.events[0]).toEqual({ t: 'hello', offset: 3, online: 2 });
    expect(bob.events[1]).toEqual({
      t: 'msg',
      id: expect.any(String),
      offset: 1,
      user: { id: 'user-ann', nickname: 'ann' },
      text: 'one',
      ts: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      pts: 0,
    });
    expect(bob.events[4]).toEqual({ t: 'gate', ...settings('open').gate });
    expect(bob.ws.protocol).toBe('weir.room.1');
  });

  it('is told in its hello how much it may say, before it says anything; one that only reads is not', async () => {
    house = await openHouse({ limits: { ...UNPACED, messagesPerPerson: 3 } });
    const ann = await house.guest('ann');
    expect(ann.events[0]).toMatchObject({ t: 'hello', left: 3, renewMs: 0 });
    await ann.say('one');
    await ann.say('two');
    const again = await house.guest('ann');
    expect(again.events[0]).toMatchObject({ t: 'hello', left: 1, renewMs: expect.any(Number) });
    expect((await house.guest()).events[0]).not.toHaveProperty('left');
  });

  it('sees a message of a flood machine on its author’s own alone, who is answered as ever', async () => {
    const alone = { ...PASSED, verdict: 'alone' as const, category: 'flood_machine', until: 99_000 };
    house = await openHouse({ screen: ({ text }) => (text === 'flood' ? alone : PASSED) });
    const ann = await house.guest('ann');
    const bob = await house.guest('bob');
    const said = await ann.say('flood');
    expect(said).toMatchObject({ t: 'ack', state: 'shown' });
    await ann.say('plain');
    await bob.until((event) => event.t === 'msg');
    expect(bob.events.flatMap((event) => (event.t === 'msg' ? [event.text] : []))).toEqual(['plain']);
    expect(house.disk.records[0]).toMatchObject({
      kind: 'message.refused',
      code: 'flood_machine',
      tellAt: 99_000,
      text: 'flood',
    });
    house.rooms.tellAlone(ROOM, 'user-ann', [String((said as { id?: string }).id)], 5);
    expect(await ann.until((event) => event.t === 'refused')).toMatchObject({ category: 'flood_machine' });
    // Where a person looks at each message anyway, one does.
    house.rooms.set(ROOM, settings('review'));
    expect(await ann.say('flood')).toMatchObject({ t: 'ack', state: 'held' });
  });

  it('gets at most 50 messages of history', async () => {
    house = await openHouse();
    const ann = await house.guest('ann');
    for (let i = 1; i <= 60; i++) await ann.say(`line ${i}`);
    await ann.messages(60);
    const bob = await house.guest();
    const offsets = await bob.messages(50);
    expect(offsets).toEqual(Array.from({ length: 50 }, (_, i) => i + 11));
  });

  it('sees what another says, once, and the sender is told that it is shown', async () => {
    house = await openHouse();
    const [ann, bob] = [await house.guest('ann'), await house.guest()];
    house.disk.pts = 4711;
    const answer = await ann.say('你好');
    expect(answer).toMatchObject({ t: 'ack', state: 'shown' });
    const message = await bob.until((event) => event.t === 'msg');
    expect(message).toMatchObject({
      id: 'id' in answer ? answer.id : '',
      text: '你好',
      pts: 4711,
      offset: 1,
    });
    expect(house.disk.records).toHaveLength(1);
  });

  it('shows nothing before it is on disk', async () => {
    house = await openHouse();
    const [ann, bob] = [await house.guest('ann'), await house.guest()];
    let write = (): void => {};
    house.disk.wait = () => new Promise<void>((resolve) => (write = resolve));
    const answer = ann.say('wait for it');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(bob.events.filter((event) => event.t === 'msg')).toEqual([]);
    expect(ann.events.filter((event) => event.t === 'ack')).toEqual([]);
    write();
    expect(await answer).toMatchObject({ state: 'shown' });
    await bob.messages(1);
  });

  it('reads and does not send without sign-in', async () => {
    house = await openHouse();
    const eve = await house.guest();
    expect(await eve.say('hi')).toEqual(refusedWith('sign_in'));
    expect(house.disk.records).toEqual([]);
  });

  it('is told the count of those present when it changes', async () => {
    house = await openHouse();
    const ann = await house.guest('ann');
    const bob = await house.guest();
    expect(await ann.until((event) => event.t === 'online')).toEqual({ t: 'online', n: 2 });
    expect(house.rooms.online(ROOM)).toBe(2);
    bob.ws.close();
    await ann.until((event) => event.t === 'online' && event.n === 1);
  });

  it('takes 100 code points and not 101, whatever their size', async () => {
    house = await openHouse();
    const ann = await house.guest('ann');
    expect(await ann.say('😀'.repeat(100))).toMatchObject({ state: 'shown' });
    expect(await ann.say('😀'.repeat(101))).toEqual(refusedWith('too_long'));
    expect(await ann.say('  \u202e\u0000 ')).toEqual(refusedWith('content'));
  });

  it.each([
    ['a frame over 4 KiB', 1009, (ws: WebSocket) => ws.send(`["${'x'.repeat(4200)}"]`)],
    ['a binary frame', 1003, (ws: WebSocket) => ws.send(Buffer.from('[]'))],
    ['text that is no JSON', 1007, (ws: WebSocket) => ws.send('{"t":')],
    ['an unknown event', 1008, (ws: WebSocket) => ws.send('[{"t":"shout"}]')],
    [
      'a ref without bound',
      1008,
      (ws: WebSocket) => ws.send(`[{"t":"send","ref":"${'r'.repeat(65)}","text":""}]`),
    ],
    [
      'more events than a frame may hold',
      1008,
      (ws: WebSocket) => ws.send(JSON.stringify(Array(33).fill({ t: 'resume', offset: 0 }))),
    ],
    [
      'bytes that are no UTF-8',
      1007,
      (ws: WebSocket) => ws.send(Buffer.from([0xff, 0xfe]), { binary: false }),
    ],
    ['a flood of pings', 1008, (ws: WebSocket) => Array.from({ length: 700 }, () => ws.ping())],
  ])('%s ends that socket alone', async (_, code, send) => {
    house = await openHouse();
    const [bad, good] = [await house.guest('bad'), await house.guest('good')];
    send(bad.ws);
    expect((await bad.closed).code).toBe(code);
    expect(await good.say('still here')).toMatchObject({ state: 'shown' });
  });

  it('may send one event without an array, and its ping is answered', async () => {
    house = await openHouse();
    const ann = await house.guest('ann');
    const pong = new Promise((resolve) => ann.ws.on('pong', (data) => resolve(String(data))));
    ann.ws.ping('abc');
    expect(await pong).toBe('abc');
    ann.ws.send(JSON.stringify({ t: 'send', ref: 'r', text: 'bare' }));
    expect(await ann.until((event) => event.t === 'ack')).toMatchObject({ ref: 'r' });
  });

  it('is refused with 503 where the room is full, and with 400 for another subprotocol', async () => {
    house = await openHouse({ limits: { ...UNPACED, socketsPerRoom: 1 } });
    const other = new WebSocket(`ws://127.0.0.1:${house.port}/`, 'chat.2');
    expect(await statusOf(other)).toBe(400);
    await house.guest('ann');
    expect(await statusOf(new WebSocket(`ws://127.0.0.1:${house.port}/`, 'weir.room.1'))).toBe(503);
  });

  it('answers a broken handshake and goes on', async () => {
    house = await openHouse();
    const status = await new Promise((resolve, reject) => {
      const req = request({ port: house.port, headers: { Connection: 'Upgrade', Upgrade: 'websocket' } });
      req.on('response', (res) => resolve(res.statusCode)).on('error', reject);
      req.end();
    });
    expect(status).toBe(400);
    await house.guest('ann');
  });

  it('ends when its token is revoked, and no other', async () => {
    house = await openHouse();
    const [gone, stays] = [await house.guest('ann', '&s=a'), await house.guest('bob', '&s=b')];
    expect(house.rooms.revoke(ROOM, 'a')).toBe(1);
    expect((await gone.closed).code).toBe(4403);
    expect(await stays.say('hello')).toMatchObject({ state: 'shown' });
  });
});

describe('a recall', () => {
  it('reaches those who saw it, and leaves history and the disk’s history', async () => {
    house = await openHouse();
    const [ann, bob] = [await house.guest('ann'), await house.guest()];
    const answer = await ann.say('oops');
    await ann.say('fine');
    const id = 'id' in answer ? answer.id : '';
    await bob.messages(2);
    await house.rooms.recall(ROOM, id, 'staff-1', 'content');
    expect(await bob.until((event) => event.t === 'recall')).toEqual({ t: 'recall', id });
    const cat = await house.guest();
    expect(await cat.messages(1)).toEqual([2]);
    await house.rooms.recall(ROOM, id, 'staff-1', 'content');
    expect(house.disk.records.filter((record) => record.kind === 'message.recalled')).toEqual([
      expect.objectContaining({ id, by: 'staff-1', reason: 'content' }),
    ]);
    house.crash();
    expect(await (await house.guest()).messages(1)).toEqual([2]);
  });

  it('of a message never shown is not_found', async () => {
    house = await openHouse();
    await expect(house.rooms.recall(ROOM, 'nothing', 'staff', 'x')).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('a cut-off', () => {
  it('tells everybody, closes with 4410 within a second, and turns newcomers away the same way', async () => {
    house = await openHouse();
    const guests = [await house.guest('ann'), await house.guest(), await house.guest()];
    await guests[0]?.say('before');
    const orderedAt = performance.now();
    const cut = house.rooms.cut(ROOM, { reason: 'other', clause: 'a/9' });
    expect(cut.sockets).toBe(3);
    for (const guest of guests) {
      const { code, at } = await guest.closed;
      expect(code).toBe(4410);
      expect(at - orderedAt).toBeLessThan(1000);
      expect(guest.events.at(-1)).toEqual({ t: 'cut', reason: 'other', clause: 'a/9' });
    }
    expect(await cut.closed).toBeGreaterThanOrEqual(cut.gateClosedAt);
    const late = new Guest(`ws://127.0.0.1:${house.port}/?u=ann`);
    expect((await late.closed).code).toBe(4410);
    expect(late.events.map((event) => event.t)).toEqual(['hello', 'cut']);
  });

  it('resets a client that does not answer the close, within a second', async () => {
    house = await openHouse();
    const mute = await house.guest();
    mute.ws.pause();
    const orderedAt = performance.now();
    await house.rooms.cut(ROOM, { reason: 'other' }).closed;
    expect(performance.now() - orderedAt).toBeLessThan(1000);
  });

  it('refuses what was on its way to disk, and shows it to nobody after the restore', async () => {
    house = await openHouse();
    const ann = await house.guest('ann');
    let write = (): void => {};
    house.disk.wait = () => new Promise<void>((resolve) => (write = resolve));
    const answer = ann.say('too late');
    await expect.poll(() => write.name).toBe('');
    await new Promise((resolve) => setTimeout(resolve, 50));
    house.rooms.cut(ROOM, { reason: 'other' });
    expect(await answer).toEqual(refusedWith('cut'));
    house.disk.wait = () => Promise.resolve();
    write();
    await ann.closed;
    house.rooms.restore(ROOM, settings('open'));
    const bob = await house.guest('bob');
    expect(await bob.say('again')).toMatchObject({ state: 'shown' });
    const texts = bob.events.flatMap((event) => (event.t === 'msg' ? [event.text] : []));
    expect(texts).not.toContain('too late');
    expect(house.disk.records.map((record) => record.kind)).toContain('message.recalled');
  });

  it('holds in a room nobody was in, and without any disk', async () => {
    house = await openHouse();
    house.disk.down = true;
    house.rooms.cut('empty', { reason: 'other' });
    const late = await house.guest('ann', '&room=empty');
    expect((await late.closed).code).toBe(4410);
  });
});
