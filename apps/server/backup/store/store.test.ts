import { execFileSync } from 'node:child_process';
import { hash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generateHybridIdentity, generateX25519Identity, identityToRecipient } from 'age-encryption';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openerFor, sealerFor } from '../age.ts';
import {
  checkStored,
  createBackup,
  listGenerations,
  openBackup,
  readKeyPart,
  writeKeyPart,
} from './index.ts';
import { objectPath } from './layout.ts';
import { objectId } from './objects.ts';
import {
  backUp,
  contents,
  fresh,
  gather,
  identity,
  NOON,
  place,
  recipient,
  stream,
} from './testing/place.ts';

const MIB = 1024 * 1024;
const objects = (dir: string): string[] =>
  readdirSync(join(dir, 'objects'), { recursive: true, encoding: 'utf8' }).filter((name) => name.length > 60);

const sealing = (recipients: string[]) => {
  const seal = sealerFor(recipients);
  return async (plain: Uint8Array): Promise<Buffer> => Buffer.concat(await seal(plain));
};

describe('age files', () => {
  it('are read by the age of Debian, and what it writes is read here, at every edge of a chunk', async () => {
    const dir = fresh();
    const pq = await generateHybridIdentity();
    const seal = sealing([recipient, await identityToRecipient(await generateX25519Identity())]);
    const open = openerFor([identity]);
    writeFileSync(join(dir, 'identity'), `${identity}\n`);
    const age = (...args: string[]): Buffer => execFileSync('age', args, { maxBuffer: 8 * MIB });
    for (const size of [0, 1, 65_535, 65_536, 65_537, 131_072, 1_000_000]) {
      const plain = randomBytes(size);
      writeFileSync(join(dir, 'ours'), await seal(plain));
      expect(age('-d', '-i', join(dir, 'identity'), join(dir, 'ours')).equals(plain)).toBe(true);
      writeFileSync(join(dir, 'plain'), plain);
      expect((await open(age('-r', recipient, join(dir, 'plain')))).equals(plain)).toBe(true);
    }
    const both = await sealing([await identityToRecipient(pq)])(Buffer.from('x'));
    expect((await openerFor([identity, pq])(both)).toString()).toBe('x');
  });

  it('that were touched anywhere are refused, and so is another identity', async () => {
    const seal = sealing([recipient]);
    const open = openerFor([identity]);
    const sealed = await seal(randomBytes(70_000));
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length - 1), fc.nat(7), async (at, bit) => {
        const bad = Buffer.from(sealed);
        bad[at] = (bad[at] as number) ^ (1 << bit);
        await expect(open(bad)).rejects.toMatchObject({ name: 'BackupFault' });
      }),
      { numRuns: 200 },
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length - 1), async (length) => {
        await expect(open(sealed.subarray(0, length))).rejects.toMatchObject({ name: 'BackupFault' });
      }),
      { numRuns: 100 },
    );
    const other = openerFor([await generateX25519Identity()]);
    await expect(other(sealed)).rejects.toMatchObject({ code: 'wrong_identity' });
    const alike = await Promise.all(Array.from({ length: 20 }, (_, i) => seal(Buffer.from([i]))));
    expect(await Promise.all(alike.map(async (one) => (await open(one))[0]))).toEqual([...alike.keys()]);
  });
});

describe('a backup', () => {
  it('gives back what was put in, whatever the sizes', async () => {
    const at = place();
    const files = [0, 1, 255 * 1024, 256 * 1024, 4 * MIB - 1, 4 * MIB, 4 * MIB + 1, 9 * MIB].map(
      (size, i) => ({
        name: `folder ${i % 2}/文件-${size}`,
        content: randomBytes(size),
        ...(i % 2 && { group: 'small' }),
      }),
    );
    const head = await backUp(at, files);
    expect(head).toMatchObject({ entries: files.length, createdAt: NOON });
    const { files: got, reader, entries } = await contents(at);
    expect(got.size).toBe(files.length);
    for (const { name, content } of files) expect(got.get(name)?.equals(content)).toBe(true);
    expect(reader.facts).toEqual({ of: files.length });
    expect(entries.map(({ name }) => name)).toEqual(entries.map(({ name }) => name).sort());
    expect((await gather(reader.get(files[1]?.name ?? ''))).length).toBe(1);
    await expect(gather(reader.get('no'))).rejects.toMatchObject({ code: 'missing' });
    expect(await Array.fromAsync(reader.check())).toEqual([]);
  });

  it('writes again only what is new: the end of what grows, and small things that share objects not at all', async () => {
    const at = place();
    const growing = randomBytes(9 * MIB);
    const small = Array.from({ length: 300 }, (_, i) => ({
      name: `tile/${i}`,
      content: randomBytes(1_000),
      mtimeMs: 1,
      group: 'tiles',
    }));
    const first = await backUp(at, [
      { name: 'log', content: growing.subarray(0, 8 * MIB + 10), mtimeMs: 1 },
      ...small,
    ]);
    expect(first.read.length).toBe(301);
    expect(objects(at.dir).length).toBe(3 + 1 + 1);
    const second = await backUp({ ...at, now: NOON + 1 }, [
      { name: 'log', content: growing, mtimeMs: 2 },
      ...small,
    ]);
    expect(second.read).toEqual(['log']);
    expect(second.written).toBeLessThan(MIB + 300_000);
    expect(objects(at.dir).length).toBe(5 + 2);
    expect((await contents(at)).files.get('log')?.equals(growing)).toBe(true);
    // Without its memory it reads again, and still writes no large object again.
    for (const name of readdirSync(at.local)) if (name.endsWith('.sqlite')) rmSync(join(at.local, name));
    const third = await backUp({ ...at, now: NOON + 2 }, [
      { name: 'log', content: growing, mtimeMs: 2 },
      ...small,
    ]);
    expect(third.read.length).toBe(301);
    expect(third.written).toBeLessThan(100_000);
    expect((await listGenerations(at.dir)).map(({ generation }) => generation)).toEqual(
      [first, second, third].map(({ generation }) => generation),
    );
  });

  it('for other recipients is whole for them: nothing in it is encrypted for those of before alone', async () => {
    const at = place();
    const files = [
      { name: 'large', content: randomBytes(MIB), mtimeMs: 1 },
      { name: 'tile/1', content: randomBytes(1_000), mtimeMs: 1, group: 'tiles' },
    ];
    await backUp(at, files);
    const others = await generateX25519Identity();
    const forOthers = { ...at, recipients: [await identityToRecipient(others)], identities: [others] };
    const second = await backUp({ ...forOthers, now: NOON + 1 }, files);
    expect(second.read).toEqual(files.map(({ name }) => name));
    const got = await contents(forOthers);
    for (const { name, content } of files) expect(got.files.get(name)?.equals(content)).toBe(true);
    // The same recipients again, in another order or not, need nothing anew.
    const third = await backUp({ ...forOthers, now: NOON + 2 }, files);
    expect(third.read).toEqual([]);
    // And back: those of before read theirs, old and new.
    const fourth = await backUp({ ...at, now: NOON + 3 }, files);
    expect(fourth.written).toBeLessThan(100_000);
    expect((await contents(at)).files.get('large')?.equals(files[0]?.content as Buffer)).toBe(true);
    expect(await Array.fromAsync(checkStored(at.dir, NOON))).toEqual([]);
  });

  it('takes over what an earlier generation than the last has, and leaves it as that one lists it', async () => {
    const at = place();
    const film = { name: 'film', content: randomBytes(2 * MIB), mtimeMs: 1 };
    const rest = { name: 'rest', content: randomBytes(1_000), mtimeMs: 1 };
    const first = await backUp(at, [film, rest]);
    await backUp({ ...at, now: NOON + 1 }, [rest]);
    const third = await backUp({ ...at, now: NOON + 2 }, [film, rest]);
    expect(third.written).toBeLessThan(100_000);
    expect(await Array.fromAsync(checkStored(at.dir, NOON))).toEqual([]);
    for (const { generation } of [first, third]) {
      const reader = await openBackup({ ...at, generation });
      expect(await Array.fromAsync(reader.check())).toEqual([]);
      expect((await gather(reader.get('film'))).equals(film.content)).toBe(true);
    }
  });

  it('compresses text that is worth it, gives it back, and writes it again only where it is new', async () => {
    const at = place();
    const line = (i: number): string => `{"n":${i},"kind":"message.published","text":"第${i * 7919}句"}\n`;
    const text = Buffer.from(Array.from({ length: 150_000 }, (_, i) => line(i)).join(''));
    const noise = randomBytes(5 * MIB);
    const small = Array.from({ length: 50 }, (_, i) => Buffer.from(line(i).repeat(20)));
    const files = (of: Buffer, mtimeMs: number) => [
      { name: 'log', content: of, mtimeMs, compress: true },
      { name: 'noise', content: noise, mtimeMs: 1, compress: true },
      ...small.map((content, i) => ({
        name: `tile/${i}`,
        content,
        mtimeMs: 1,
        compress: true,
        group: 'tiles',
      })),
    ];
    const first = await backUp(at, files(text.subarray(0, 6 * MIB), 1));
    expect(first.written).toBeLessThan(noise.length + 2 * MIB);
    const second = await backUp({ ...at, now: NOON + 1 }, files(text, 2));
    expect(second.read).toEqual(['log']);
    // The first 4 MiB are the same frame.
    expect(second.written).toBeLessThan(MIB);
    const { files: got, entries, reader } = await contents(at);
    expect(got.get('log')?.equals(text)).toBe(true);
    expect(got.get('noise')?.equals(noise)).toBe(true);
    expect(small.every((content, i) => got.get(`tile/${i}`)?.equals(content))).toBe(true);
    const isPacked = (name: string) =>
      entries.find((one) => one.name === name)?.parts.every(({ zstd }) => zstd);
    expect(['log', 'noise', 'tile/0'].map(isPacked)).toEqual([true, false, true]);
    expect(await Array.fromAsync(reader.check())).toEqual([]);
  });

  it('takes pieces of its own size over as they are, and uses their memory again', async () => {
    const at = place();
    const whole = randomBytes(40 * MIB + 3);
    const writer = await createBackup({ ...at, now: NOON });
    await writer.put('large', async function* () {
      for (let from = 0; from < whole.length; from += 4 * MIB) {
        const own = Buffer.allocUnsafeSlow(Math.min(4 * MIB, whole.length - from));
        whole.copy(own, 0, from);
        yield own;
      }
    });
    await writer.put('again', () => stream(whole));
    await writer.finish({ facts: {}, expiresAt: NOON + 1 });
    const { files } = await contents(at);
    expect(['large', 'again'].map((name) => files.get(name)?.equals(whole))).toEqual([true, true]);
  });

  it('of somebody else’s making leads nowhere out of where it is restored to', async () => {
    const at = place();
    const { generation } = await backUp(at, [{ name: 'media/a', content: randomBytes(10) }]);
    const folder = join(at.dir, 'generations', generation);
    const root = JSON.parse(
      (await openerFor([identity])(readFileSync(join(folder, 'root.age')))).toString('utf8'),
    );
    const seal = sealing([recipient]);
    const line = { name: 'media/../../a', bytes: 0, sha256: '', parts: [] };
    const manifest = Buffer.from(`${JSON.stringify(line)}\n`);
    const object = objectId(Buffer.from(root.namingKey, 'base64'), manifest);
    mkdirSync(dirname(objectPath(at.dir, object)), { recursive: true });
    writeFileSync(objectPath(at.dir, object), await seal(manifest));
    root.manifest = [{ object, at: 0, bytes: manifest.length }];
    const write = async (text: object): Promise<void> => {
      const bytes = await seal(Buffer.from(JSON.stringify(text)));
      writeFileSync(join(folder, 'root.age'), bytes);
      const head = JSON.parse(readFileSync(join(folder, 'head.json'), 'utf8'));
      head.root = { bytes: bytes.length, sha256: hash('sha256', bytes) };
      writeFileSync(join(folder, 'head.json'), `${JSON.stringify(head)}\n`);
    };
    await write(root);
    await expect(contents(at)).rejects.toMatchObject({ code: 'damaged' });
    await write({ ...root, v: 3 });
    await expect(contents(at)).rejects.toThrow('a newer Weir');
  });

  it('puts an object back that somebody took away', async () => {
    const at = place();
    const file = { name: 'a', content: randomBytes(MIB), mtimeMs: 1 };
    await backUp(at, [file]);
    const [entry] = (await contents(at)).entries;
    rmSync(objectPath(at.dir, entry?.parts[0]?.object ?? ''));
    expect((await backUp({ ...at, now: NOON + 1 }, [file])).read).toEqual(['a']);
    expect((await contents(at)).files.get('a')?.equals(file.content)).toBe(true);
  });

  it('shows nothing of names and content to who has no identity', async () => {
    const at = place();
    await backUp(at, [{ name: 'nobody-reads-this-name', content: Buffer.from('nobody-reads-this-text') }]);
    for (const name of readdirSync(at.dir, { recursive: true, encoding: 'utf8' }))
      if (!name.endsWith('/') && existsSync(join(at.dir, name))) {
        expect(name).not.toContain('nobody');
        try {
          expect(readFileSync(join(at.dir, name), 'latin1')).not.toContain('nobody');
        } catch (why) {
          expect(why).toMatchObject({ code: 'EISDIR' });
        }
      }
    const other = await generateX25519Identity();
    await expect(openBackup({ ...at, identities: [other] })).rejects.toMatchObject({
      code: 'wrong_identity',
    });
    await expect(openBackup({ ...at, identities: ['x'] })).rejects.toMatchObject({ code: 'refused' });
    await expect(openBackup({ ...at, generation: '../..' })).rejects.toMatchObject({ code: 'no_backup' });
  });

  it('refuses what cannot be, and leaves nothing of it', async () => {
    const at = place();
    await expect(createBackup({ ...at, recipients: [], now: NOON })).rejects.toMatchObject({
      code: 'refused',
    });
    await expect(createBackup({ ...at, recipients: ['age1x'], now: NOON })).rejects.toMatchObject({
      code: 'refused',
    });
    const content = randomBytes(300_000);
    await expect(backUp(at, [{ name: 'a', content, bytes: 5 }])).rejects.toMatchObject({ code: 'refused' });
    await expect(backUp(at, [{ name: 'a', content, bytes: 300_001 }])).rejects.toMatchObject({
      code: 'refused',
    });
    const twice = [
      { name: 'a', content },
      { name: 'a', content },
    ];
    await expect(backUp(at, twice)).rejects.toMatchObject({ code: 'refused' });
    for (const name of ['', '/a', 'a/../b', '.', 'a\\b', 'a\nb', 'a//b', 'x'.repeat(1_025)])
      await expect(backUp(at, [{ name, content }])).rejects.toMatchObject({ code: 'refused' });
    expect(objects(at.dir)).toEqual([]);
    expect(await listGenerations(at.dir)).toEqual([]);
    await expect(openBackup(at)).rejects.toMatchObject({ code: 'no_backup' });
    const other = fresh();
    writeFileSync(join(other, 'something'), '');
    await expect(backUp({ ...at, dir: other }, [])).rejects.toMatchObject({ code: 'not_a_target' });
    await expect(listGenerations(other)).rejects.toMatchObject({ code: 'no_backup' });
  });

  it('is the only one in its target at a time', async () => {
    const at = place();
    const writer = await createBackup({ ...at, now: NOON });
    await expect(createBackup({ ...at, local: fresh(), now: NOON })).rejects.toMatchObject({ code: 'busy' });
    await writer.put('a', () => stream(Buffer.from('a')));
    await writer.abort();
    await expect(writer.put('b', () => stream(Buffer.from('a')))).rejects.toMatchObject({ code: 'refused' });
    await backUp(at, []);
    writeFileSync(join(at.dir, 'lock'), 'another-machine\n');
    await expect(backUp({ ...at, now: NOON + 1 }, [])).rejects.toMatchObject({
      code: 'busy',
      message: expect.stringContaining('another-machine'),
    });
  });
});

describe('the key part', () => {
  it('is there once, as it was written last; the bytes of the one before are overwritten', async () => {
    const at = place();
    await expect(writeKeyPart(at, Buffer.from('first'))).rejects.toMatchObject({ code: 'no_backup' });
    await backUp(at, []);
    expect(await readKeyPart(at)).toBeUndefined();
    await writeKeyPart(at, Buffer.from('first'));
    const folder = join(at.dir, 'keys');
    const [name] = readdirSync(folder);
    execFileSync('ln', [join(folder, name ?? ''), join(at.dir, 'second-name')]);
    const before = readFileSync(join(at.dir, 'second-name'));
    await writeKeyPart(at, Buffer.from('second'));
    expect(readdirSync(folder).length).toBe(1);
    expect((await readKeyPart(at))?.toString()).toBe('second');
    const after = readFileSync(join(at.dir, 'second-name'));
    expect(after.length).toBe(before.length);
    expect(after.subarray(0, 16).equals(before.subarray(0, 16))).toBe(false);
    await expect(readKeyPart({ ...at, identities: [await generateX25519Identity()] })).rejects.toMatchObject({
      code: 'wrong_identity',
    });
  });
});
