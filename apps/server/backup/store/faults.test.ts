import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkStored, type Entry, listGenerations, openBackup, prune } from './index.ts';
import { objectPath } from './layout.ts';
import { backUp, contents, DAY, type File, fresh, NOON, place } from './testing/place.ts';
import { PowerCut } from './testing/powerCut.ts';

const files = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((each) => each.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(dir.length + 1))
    .sort();
const objects = (dir: string): string[] => files(join(dir, 'objects')).map((path) => path.slice(3));
const named = (entries: Entry[]): Set<string> =>
  new Set(entries.flatMap(({ parts }) => parts.map(({ object }) => object)));
function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at % bytes.length] = (bytes[at % bytes.length] as number) ^ (1 << (at % 8));
  writeFileSync(path, bytes);
}
const FULL = Boolean(process.env['WEIR_TEST_FULL']);
let changes = 0;
/** A file that changed just now. */
const some = (name: string, size = 2_000): File => ({
  name,
  content: randomBytes(size),
  mtimeMs: ++changes,
});

describe('a power loss', () => {
  it('at any step of a backup leaves the one before whole, and the next goes on from there', async () => {
    const base = fresh();
    const at = place(base);
    const old = [some('a'), some('b', 300_000), { ...some('t1'), group: 't' }, { ...some('t2'), group: 't' }];
    await backUp(at, old);
    const next = [
      old[0] as File,
      some('b', 300_000),
      some('c'),
      ...old.slice(2),
      { ...some('t3'), group: 't' },
    ];
    const dry = join(fresh(), 'copy');
    cpSync(base, dry, { recursive: true });
    const whole = new PowerCut();
    await backUp({ ...place(dry), now: NOON + 1, disk: whole }, next);
    expect(whole.steps).toBeGreaterThan(20);
    // Objects are on their way several at once, so a step is not the same one each time; the long run takes all.
    for (let cut = 0; cut < whole.steps; cut += FULL ? 1 : 5)
      for (const loses of FULL ? [true, false] : [cut % 2 === 0]) {
        const copy = join(fresh(), 'copy');
        cpSync(base, copy, { recursive: true });
        const there = place(copy);
        const disk = new PowerCut(cut, loses);
        await expect(backUp({ ...there, now: NOON + 1, disk }, next)).rejects.toThrow('no power');
        const heads = await listGenerations(there.dir);
        expect([1, 2]).toContain(heads.length);
        for (const [i, { generation }] of heads.entries()) {
          const { files: got } = await contents({ ...there, generation });
          for (const { name, content } of i ? next : old) expect(got.get(name)?.equals(content)).toBe(true);
        }
        const again = [old[0] as File, some('b', 300_000), some('d')];
        const last = await backUp({ ...there, now: NOON + 2 }, again);
        const { files: got, entries, reader } = await contents(there);
        expect(got.size).toBe(again.length);
        for (const { name, content } of again) expect(got.get(name)?.equals(content)).toBe(true);
        expect(await Array.fromAsync(checkStored(there.dir, NOON))).toEqual([]);
        const lists = readdirSync(join(there.dir, 'generations')).map((generation) =>
          readFileSync(join(there.dir, 'generations', generation, 'objects'), 'utf8').match(
            /^[0-9a-f]{64}/gm,
          ),
        );
        expect(objects(there.dir).sort()).toEqual([...new Set(lists.flat())].sort());
        expect(await prune({ dir: there.dir, now: NOON, keep: 1 })).toMatchObject({ damaged: [] });
        // Nothing is left of what was broken off: the entries' objects, and one of the manifest.
        expect(objects(there.dir).length).toBe(named(entries).size + 1);
        expect(reader.head.generation).toBe(last.generation);
        expect(files(there.dir).length).toBe(objects(there.dir).length + 4);
      }
  }, 300_000);

  it('after a backup that said done takes nothing of it', async () => {
    const at = place();
    const disk = new PowerCut(Number.POSITIVE_INFINITY, true);
    const all = [some('a'), some('b', 5_000_000), { ...some('t'), group: 't' }];
    await backUp({ ...at, disk }, all);
    disk.off();
    const { files: got } = await contents(at);
    for (const { name, content } of all) expect(got.get(name)?.equals(content)).toBe(true);
  });

  it('at any step of a prune loses nothing of what is kept', async () => {
    const base = fresh();
    const at = place(base);
    await backUp(at, [some('a'), some('b')]);
    const kept = [some('a'), some('c')];
    await backUp({ ...at, now: NOON + 1 }, kept);
    for (let cut = 0; ; cut++) {
      const copy = join(fresh(), 'copy');
      cpSync(base, copy, { recursive: true });
      const there = place(copy);
      const disk = new PowerCut(cut, true);
      const done = await prune({ dir: there.dir, now: NOON, keep: 1, disk }).catch(() => undefined);
      const { files: got } = await contents(there);
      for (const { name, content } of kept) expect(got.get(name)?.equals(content)).toBe(true);
      await prune({ dir: there.dir, now: NOON, keep: 1 });
      expect(objects(there.dir).length).toBe(3);
      if (done) break;
    }
  });
});

describe('a full target', () => {
  it('leaves the older generation whole and gives its space back', async () => {
    const disk = fresh();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'weir-test', disk]);
    try {
      const at = { ...place(), dir: join(disk, 'target') };
      const old = some('a', 3_000_000);
      await backUp(at, [old]);
      const before = files(at.dir);
      await expect(backUp({ ...at, now: NOON + 1 }, [old, some('b', 6_000_000)])).rejects.toMatchObject({
        code: 'storage_failed',
        message: expect.stringContaining('full'),
      });
      expect(files(at.dir)).toEqual(before);
      expect((await contents(at)).files.get('a')?.equals(old.content)).toBe(true);
      const next = await backUp({ ...at, now: NOON + 2 }, [old, some('b', 3_000_000)]);
      expect(next.read).toEqual(['b']);
    } finally {
      execFileSync('umount', ['-l', disk]);
    }
  });
});

describe('damage', () => {
  it('of any single bit is found, by who has the identity and by who has not', async () => {
    const at = place();
    await backUp(at, [
      some('a'),
      some('b', 5_000_000),
      { ...some('t1'), group: 't' },
      { ...some('t2'), group: 't' },
    ]);
    const { entries, reader } = await contents(at);
    const entryOf = named(entries);
    for (const [i, path] of files(at.dir)
      .filter((name) => /^(objects|generations)/.test(name))
      .entries()) {
      const file = join(at.dir, path);
      const was = readFileSync(file);
      flip(file, 7919 * (i + 1) + Math.floor(was.length / 2));
      const faults = await Array.fromAsync(checkStored(at.dir, NOON));
      expect(faults.length, path).toBe(1);
      if (path.startsWith('objects')) {
        const object = path.slice(-64);
        expect(faults[0]).toMatchObject({ object, what: 'damaged' });
        const found = Array.fromAsync(reader.check());
        if (entryOf.has(object))
          expect((await found)[0]).toMatchObject({ entry: expect.anything(), object, what: 'damaged' });
        else await expect(found).rejects.toThrow(`the manifest: object ${object} is damaged`);
      } else await expect(openBackup(at)).rejects.toMatchObject({ code: 'no_backup' });
      writeFileSync(file, was);
    }
    expect(await Array.fromAsync(checkStored(at.dir, NOON))).toEqual([]);
  });

  it('is named: which object of which entry is missing or was exchanged for another', async () => {
    const at = place();
    await backUp(at, [some('a'), some('b')]);
    const { entries, reader } = await contents(at);
    const [a = '', b = ''] = entries.map(({ parts }) => parts[0]?.object ?? '');
    writeFileSync(objectPath(at.dir, a), readFileSync(objectPath(at.dir, b)));
    expect(await Array.fromAsync(reader.check())).toEqual([{ entry: 'a', object: a, what: 'damaged' }]);
    rmSync(objectPath(at.dir, a));
    expect(await Array.fromAsync(reader.check())).toEqual([{ entry: 'a', object: a, what: 'missing' }]);
    await expect(Array.fromAsync(reader.read(entries[0] as Entry))).rejects.toMatchObject({
      code: 'missing',
      message: `a: object ${a} is missing`,
    });
  });
});

describe('prune', () => {
  it('destroys what has expired: whole generations, and single entries in those that stay', async () => {
    const at = place();
    const short = { ...some('recording', 300_000), expiresAt: NOON + 10 * DAY };
    const long = { ...some('other', 300_000), expiresAt: NOON + 20 * DAY };
    // The same bytes under two terms live as long as the longer.
    const twin = { ...short, name: 'twin', content: long.content };
    await backUp(at, [some('a'), short, long, twin], NOON + 15 * DAY);
    await backUp({ ...at, now: NOON + DAY }, [some('a'), short, long, twin], NOON + 16 * DAY);
    expect(await prune({ dir: at.dir, now: NOON + 9 * DAY })).toMatchObject({ generations: [], objects: 0 });
    expect(await prune({ dir: at.dir, now: NOON + 10 * DAY })).toMatchObject({ generations: [], objects: 1 });
    const reader = await openBackup(at);
    expect(await Array.fromAsync(reader.check())).toEqual([
      { entry: 'recording', object: expect.any(String), what: 'expired' },
    ]);
    expect(await Array.fromAsync(checkStored(at.dir, NOON + 10 * DAY))).toEqual([]);
    expect(await prune({ dir: at.dir, now: NOON + 15 * DAY })).toMatchObject({
      generations: [expect.any(String)],
    });
    expect((await prune({ dir: at.dir, now: NOON + 16 * DAY })).generations.length).toBe(1);
    expect(objects(at.dir)).toEqual([]);
    expect(await listGenerations(at.dir)).toEqual([]);
    expect((await backUp({ ...at, now: NOON + 17 * DAY }, [some('a')], NOON + 30 * DAY)).entries).toBe(1);
  });

  it('takes nothing away that a damaged generation may need, until it is told to', async () => {
    const at = place();
    const first = await backUp(at, [some('a')]);
    await backUp({ ...at, now: NOON + 1 }, [some('a')]);
    flip(join(at.dir, 'generations', first.generation, 'objects'), 99);
    const before = objects(at.dir);
    expect(await prune({ dir: at.dir, now: NOON })).toMatchObject({
      objects: 0,
      damaged: [first.generation],
    });
    expect(objects(at.dir)).toEqual(before);
    await backUp({ ...at, now: NOON + 2 }, [some('a')]);
    expect(objects(at.dir).length).toBe(before.length + 2);
    expect(await prune({ dir: at.dir, now: NOON, dropDamaged: true })).toMatchObject({
      objects: 2,
      damaged: [],
    });
    expect((await contents(at)).files.size).toBe(1);
  });
});
