import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, MAX_WAITING_BYTES } from './limits.ts';
import { Guest, type House, openHouse, ROOM, settings, UNPACED } from './testing/house.ts';
import { Line, Town } from './testing/town.ts';

let house: House | undefined;
afterEach(() => house?.close());

describe('a member who does not read', () => {
  it('is dropped once so many bytes wait for it; nobody else waits or misses a message', async () => {
    const town = new Town();
    const [ann, bob, deaf] = ['ann', 'bob', 'deaf'].map((name) => new Line(town.rooms, name));
    await town.pass(50);
    deaf?.stopReading();
    let said = 0;
    while (town.rooms.figures().dropped === 0 && said * 300 < 4 * MAX_WAITING_BYTES) {
      ann?.say('长'.repeat(100));
      said++;
      await town.pass(25);
    }
    expect(town.rooms.figures()).toMatchObject({ dropped: 1 });
    // It had what it is allowed, and not more.
    expect(said * 600).toBeGreaterThan(MAX_WAITING_BYTES);
    await town.pass(200);
    expect(bob?.offsets).toEqual(Array.from({ length: said }, (_, i) => i + 1));
    expect([ann?.open, bob?.open]).toEqual([true, true]);
    expect(town.rooms.online(ROOM)).toBe(2);
    await town.rooms.close();
  }, 180_000);
});

describe('a room’s pace', () => {
  it('reaches everybody as `slow`, and whoever comes later with the greeting', async () => {
    house = await openHouse();
    const ann = await house.guest('ann');
    house.rooms.set(ROOM, settings('open', 0, 5_000));
    expect(await ann.until((event) => event.t === 'slow')).toEqual({ t: 'slow', ms: 5_000 });
    expect(await ann.say('one')).toMatchObject({ state: 'shown' });
    expect(await ann.say('two')).toMatchObject({ t: 'refused', code: 'slow' });
    const bob = await house.guest('bob');
    expect(await bob.until((event) => event.t === 'slow')).toEqual({ t: 'slow', ms: 5_000 });
    expect(await bob.say('one')).toMatchObject({ state: 'shown' });
  });

  it('sheds load so that all see it: refused with a reason, a pause told to the room, a figure', async () => {
    house = await openHouse({ limits: { ...UNPACED, messagesPerSecond: 5 } });
    const names = Array.from({ length: 8 }, (_, i) => `g${i}`);
    const guests = [];
    for (const name of names) guests.push(await house.guest(name));
    const witness = await house.guest('witness');
    const codes = new Map<string, number>();
    while (!witness.events.some((event) => event.t === 'slow')) {
      for (const answer of await Promise.all(guests.map((guest) => guest.say('hey')))) {
        const code = answer.t === 'ack' ? answer.state : answer.code;
        codes.set(code, (codes.get(code) ?? 0) + 1);
      }
      // More than a hundred frames a second from one socket would be a flood of another kind.
      await sleep(25);
    }
    expect([...codes.keys()].sort()).toEqual(['shown', 'slow']);
    expect(house.rooms.figures().refused).toBe(codes.get('slow'));
  });

  it('of one person is limited by default', async () => {
    house = await openHouse({ limits: DEFAULT_LIMITS });
    const ann = new Guest(`ws://127.0.0.1:${house.port}/?u=ann`);
    await ann.until((event) => event.t === 'hello');
    const answers = [];
    for (let i = 0; i < 6; i++) answers.push(await ann.say(`text ${i}`));
    expect(answers.filter(({ t }) => t === 'ack')).toHaveLength(5);
    expect(answers[5]).toMatchObject({ t: 'refused', code: 'rate' });
    ann.ws.terminate();
  });
});
