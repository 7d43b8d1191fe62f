import { describe, expect, it } from 'vitest';
import { ROOM, settings } from './testing/house.ts';
import { Line, Town } from './testing/town.ts';

const texts = (line: Line): string[] =>
  line.events.flatMap((event) => (event.t === 'msg' ? [event.text] : []));
const states = (line: Line): string[] =>
  line.events.flatMap((event) =>
    event.t === 'ack' ? [event.state] : event.t === 'refused' ? [event.code] : [],
  );
const lastId = (line: Line): string => {
  const ack = line.events.findLast((event) => event.t === 'ack');
  if (ack?.t !== 'ack') throw new Error('no ack');
  return ack.id;
};

async function arrive(town: Town, name: string): Promise<Line> {
  const line = new Line(town.rooms, name);
  await town.pass(50);
  return line;
}

describe('the message gate', () => {
  it('in delay shows a message after the delay and not before, to its sender too', async () => {
    const town = new Town('delay', 8000);
    const ann = await arrive(town, 'ann');
    town.disk.pts = 1000;
    ann.say('later');
    await town.pass(7900);
    expect([states(ann), texts(ann)]).toEqual([['held'], []]);
    town.disk.pts = 9000;
    await town.pass(200);
    expect(texts(ann)).toEqual(['later']);
    expect(town.disk.published(ROOM)).toMatchObject([{ offset: 1, pts: 9000 }]);
  });

  it('in review shows nothing that no person has released, whatever it becomes later', async () => {
    const town = new Town('review');
    const ann = await arrive(town, 'ann');
    ann.say('one');
    ann.say('two');
    await town.pass(100);
    for (const mode of ['delay', 'open', 'review', 'closed', 'open'] as const) {
      town.rooms.set(ROOM, settings(mode, mode === 'delay' ? 1000 : 0));
      await town.pass(60_000, 1000);
    }
    ann.resume(0);
    const bob = await arrive(town, 'bob');
    expect([texts(ann), texts(bob), states(ann)]).toEqual([[], [], ['held', 'held']]);
    await Promise.all([town.rooms.release(ROOM, lastId(ann)), town.pass(100)]);
    expect([texts(ann), texts(bob)]).toEqual([['two'], ['two']]);
    await expect(town.rooms.release(ROOM, lastId(ann))).rejects.toMatchObject({ code: 'not_held' });
  });

  it('lets go of what reached its term: of held messages those that the disk no longer has, of shown ones all', async () => {
    const town = new Town('open');
    const ann = await arrive(town, 'ann');
    ann.say('shown');
    await town.pass(100);
    town.rooms.set(ROOM, settings('review'));
    ann.say('old');
    await town.pass(100);
    const old = lastId(ann);
    ann.say('young');
    await town.pass(100);
    const young = lastId(ann);
    town.disk.records.splice(0, 2);
    await Promise.all([town.rooms.clear(ROOM), town.pass(100)]);
    await expect(town.rooms.release(ROOM, old)).rejects.toMatchObject({ code: 'not_held' });
    const bob = await arrive(town, 'bob');
    expect(texts(bob)).toEqual([]);
    await Promise.all([town.rooms.release(ROOM, young), town.pass(100)]);
    expect(texts(bob)).toEqual(['young']);
  });

  it('waits for a person with what the screen doubts, in every mode, and tells the sender the category', async () => {
    const town = new Town('open');
    const ann = await arrive(town, 'ann');
    ann.say('doubtful');
    ann.say('refused');
    ann.say('plain');
    await town.pass(100);
    for (const mode of ['delay', 'open'] as const) {
      town.rooms.set(ROOM, settings(mode, mode === 'delay' ? 1000 : 0));
      await town.pass(30_000, 1000);
    }
    expect(ann.events.filter((event) => event.t === 'ack' || event.t === 'refused')).toMatchObject([
      { t: 'ack', state: 'held', category: 'test' },
      { t: 'refused', code: 'content', category: 'test' },
      { t: 'ack', state: 'shown' },
    ]);
    expect(texts(ann)).toEqual(['plain']);
    const found = { category: 'test', hits: [{ start: 0 }], trace: [{ step: 'test', lexicon: 1 }] };
    expect(town.disk.records.filter(({ kind }) => kind !== 'message.published')).toMatchObject([
      { kind: 'message.held', text: 'doubtful', ...found },
      { kind: 'message.refused', text: 'refused', code: 'content', ...found },
    ]);
    const held = ann.events.find((event) => event.t === 'ack' && event.state === 'held');
    if (held?.t !== 'ack') throw new Error('nothing is held');
    await Promise.all([town.rooms.release(ROOM, held.id), town.pass(100)]);
    expect(texts(ann)).toEqual(['plain', 'doubtful']);
  });

  it('in review still waits for a person after a crash and a softer mode', async () => {
    const town = new Town('review');
    const ann = await arrive(town, 'ann');
    ann.say('unseen');
    await town.pass(100);
    town.crash('delay', 1000);
    await town.pass(10_000, 500);
    const bob = await arrive(town, 'bob');
    expect(texts(bob)).toEqual([]);
    await Promise.all([town.rooms.release(ROOM, lastId(ann)), town.pass(100)]);
    expect(texts(bob)).toEqual(['unseen']);
  });

  it('in delay goes on after a crash: what was held is shown when it is due, though nobody is there', async () => {
    const town = new Town('delay', 8000);
    const ann = await arrive(town, 'ann');
    ann.say('one');
    ann.say('two');
    await town.pass(1000);
    town.crash('delay', 8000);
    await town.pass(4000);
    expect(town.disk.published(ROOM)).toEqual([]);
    await town.pass(5000);
    expect(town.disk.published(ROOM).map(({ text, offset }) => [offset, text])).toEqual([
      [1, 'one'],
      [2, 'two'],
    ]);
  });

  it('with a delay lowered lets those due go at once, in order, before newer ones', async () => {
    const town = new Town('delay', 60_000);
    const ann = await arrive(town, 'ann');
    for (const text of ['a', 'b', 'c']) {
      ann.say(text);
      await town.pass(1000);
    }
    town.rooms.set(ROOM, settings('delay', 2000));
    await town.pass(60);
    expect(texts(ann)).toEqual(['a', 'b']);
    town.rooms.set(ROOM, settings('open'));
    ann.say('d');
    await town.pass(200);
    expect(texts(ann)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('takes no message of which there is nothing to see, and leaves joiners where there is', async () => {
    const town = new Town('open');
    const ann = await arrive(town, 'ann');
    for (const text of [' ', '\u200b\u200d', '\u3164 \u00ad', '\u2800\ufe0f', '👩\u200d🚀']) ann.say(text);
    await town.pass(100);
    expect(states(ann)).toEqual(['content', 'content', 'content', 'content', 'shown']);
    expect(texts(ann)).toEqual(['👩\u200d🚀']);
  });

  it('says of an edge without its lease that it is not ready, and of a closed gate that it is closed', async () => {
    const town = new Town('review');
    const ann = await arrive(town, 'ann');
    ann.say('wait');
    await town.pass(100);
    const release = (): Promise<void> => town.rooms.release(ROOM, lastId(ann));
    town.rooms.suspend(ROOM);
    await expect(release()).rejects.toMatchObject({ code: 'not_ready' });
    town.rooms.resume(ROOM);
    town.rooms.set(ROOM, settings('closed'));
    await expect(release()).rejects.toMatchObject({ code: 'conflict' });
    town.rooms.set(ROOM, settings('review'));
    await Promise.all([release(), town.pass(100)]);
    expect(texts(ann)).toEqual(['wait']);
  });

  it('refuses a held message for good', async () => {
    const town = new Town('review');
    const ann = await arrive(town, 'ann');
    ann.say('no');
    await town.pass(100);
    await town.rooms.refuse(ROOM, lastId(ann), 'content');
    await expect(town.rooms.release(ROOM, lastId(ann))).rejects.toMatchObject({ code: 'not_held' });
    town.crash('review');
    await town.pass(100);
    await expect(town.rooms.release(ROOM, lastId(ann))).rejects.toMatchObject({ code: 'not_held' });
    expect(town.disk.records.at(-1)).toMatchObject({ kind: 'message.refused', code: 'content', text: 'no' });
  });

  it('closed refuses, keeps history from newcomers, and gives it when it opens', async () => {
    const town = new Town('open');
    const ann = await arrive(town, 'ann');
    ann.say('before');
    await town.pass(100);
    town.rooms.set(ROOM, settings('closed'));
    ann.say('during');
    await town.pass(100);
    const bob = await arrive(town, 'bob');
    bob.resume(0);
    await town.pass(500);
    expect(states(ann)).toEqual(['shown', 'gate_closed']);
    expect(bob.events.map((event) => event.t)).toEqual(['hello', 'gate']);
    town.rooms.set(ROOM, settings('open'));
    await town.pass(100);
    expect(texts(bob)).toEqual(['before']);
  });

  it('passes nothing and refuses while the lease is lost; sockets stay and go on after it', async () => {
    const town = new Town('open');
    const ann = await arrive(town, 'ann');
    town.commitMs = 40;
    ann.say('on its way');
    await town.pass(25);
    town.rooms.suspend(ROOM);
    await town.pass(500);
    ann.say('no lease');
    await town.pass(100);
    expect([texts(ann), states(ann), ann.open]).toEqual([[], ['shown', 'gate_closed'], true]);
    expect(ann.events.findLast((event) => event.t === 'gate')).toMatchObject({
      messages: { mode: 'closed' },
    });
    town.rooms.resume(ROOM);
    await town.pass(100);
    expect(texts(ann)).toEqual(['on its way']);
  });

  it('shows nothing of a message that is recalled before its batch left', async () => {
    const town = new Town('open');
    const ann = await arrive(town, 'ann');
    await town.pass(20);
    ann.say('first');
    await town.pass(1);
    ann.say('gone');
    // It is on disk with the next beat, and its batch leaves 20 ms later.
    await town.pass(35);
    await town.rooms.recall(ROOM, lastId(ann), 'staff', 'content');
    await town.pass(500);
    expect(texts(ann)).toEqual(['first']);
  });

  it('tells each change once', async () => {
    const town = new Town('open');
    const ann = await arrive(town, 'ann');
    for (let i = 0; i < 3; i++) town.rooms.set(ROOM, settings('review', 0, 3000));
    await town.pass(500);
    const modes = ann.events.flatMap((event) => (event.t === 'gate' ? [event.messages.mode] : []));
    expect(modes).toEqual(['open', 'review']);
    expect(ann.events.filter((event) => event.t === 'slow')).toEqual([{ t: 'slow', ms: 3000 }]);
  });
});
