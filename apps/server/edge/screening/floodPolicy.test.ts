import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readFloods } from './floodPolicy.ts';

const written = (machine: object): string => {
  const file = join(mkdtempSync(join(tmpdir(), 'weir-floods-')), 'floods.json');
  writeFileSync(file, JSON.stringify({ version: 1, machine }));
  return file;
};

it('the shipped policy of floods asks for more than a person types, for ten minutes at most', () => {
  const { machine } = readFloods();
  expect(machine.messages).toBeGreaterThanOrEqual(40);
  expect(machine.alike).toBeGreaterThanOrEqual(20);
  expect(machine.rooms).toBeGreaterThanOrEqual(3);
  expect(machine.termMs).toBeLessThanOrEqual(600_000);
});

it('a policy that would keep somebody alone for longer, or without evidence, is not taken', () => {
  const good = { messagesPerMinute: 40, alikePerMinute: 20, rooms: 3, termMs: 60_000 };
  expect(readFloods(written(good)).machine).toEqual({ messages: 40, alike: 20, rooms: 3, termMs: 60_000 });
  expect(() => readFloods(written({ ...good, termMs: 600_001 }))).toThrow(/termMs/);
  for (const name of Object.keys(good)) {
    expect(() => readFloods(written({ ...good, [name]: 0 })), name).toThrow(name);
    expect(() => readFloods(written({ ...good, [name]: undefined })), name).toThrow(name);
  }
});
