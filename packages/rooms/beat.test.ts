import { describe, expect, it } from 'vitest';
import { ROOM, settings } from './testing/house.ts';
import { Line, Town } from './testing/town.ts';

/** When commits reached the disk, and how many records each brought. */
function watched(town: Town): { at: number; records: number }[] {
  const commits: { at: number; records: number }[] = [];
  const commit = town.disk.commit.bind(town.disk);
  town.disk.commit = (records) => {
    commits.push({ at: town.clock.mono(), records: records.length });
    return commit(records);
  };
  return commits;
}

describe('a room’s way to disk', () => {
  it('is taken at once after a rest, and on a beat while it is busy', async () => {
    const town = new Town('open');
    const line = new Line(town.rooms, 'ann');
    await town.pass(55);
    const commits = watched(town);
    line.say('first');
    await town.pass(5, 5);
    expect(commits).toEqual([{ at: 55, records: 1 }]);
    for (let i = 0; i < 39; i++) {
      line.say(`more ${i}`);
      await town.pass(10, 5);
    }
    await town.pass(300, 5);
    expect(commits.length).toBeLessThan(12);
    for (const { at } of commits.slice(1)) expect(at % 50).toBe(0);
    expect(line.offsets).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  });

  it('has the beat of every other room of the process', async () => {
    const town = new Town('open');
    town.rooms.set('other', settings('open'));
    const lines = [new Line(town.rooms, 'ann'), new Line(town.rooms, 'bob', 'other')];
    await town.pass(51, 1);
    const commits = watched(town);
    for (const line of lines) {
      line.say('first');
      await town.pass(3, 1);
      line.say('second');
    }
    await town.pass(100, 1);
    expect(commits.map(({ at }) => at)).toEqual([51, 54, 100, 100]);
  });

  it('is not waited for by what a person takes back', async () => {
    const town = new Town('open');
    const line = new Line(town.rooms, 'ann');
    await town.pass(50);
    line.say('first');
    await town.pass(1);
    const id = town.disk.published(ROOM)[0]?.id ?? '';
    line.say('second');
    await town.pass(1);
    const commits = watched(town);
    await town.rooms.recall(ROOM, id, 'staff', 'content');
    expect(commits).toEqual([{ at: 52, records: 2 }]);
  });
});
