import { execFile, execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { newId } from '@weir/kit';
import type { LogProof } from '@weir/ledger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { type Bundle, writeBundle } from '../evidence/bundle.ts';
import { checkBundle } from '../evidence/check.ts';
import { unpack } from '../evidence/unpack.ts';
import { recordOnStage } from './testing/recorded.ts';
import { openStage, type Stage } from './testing/stage.ts';

const MAIN = new URL('../main.ts', import.meta.url).pathname;
const exec = promisify(execFile);

/** Shows one message of a proof no more: of it the commitment alone is left, and the proof holds. */
function leaveOut({ blocks }: LogProof): void {
  for (const block of blocks) {
    const at = block.records.findIndex(({ line }) => line.includes('"message.published"'));
    if (at < 0) continue;
    const { first } = JSON.parse(block.entry) as { first: number };
    const [{ n, salt, line }] = block.records.splice(at, 1) as [LogProof['blocks'][0]['records'][0]];
    const before = block.records.filter((one) => one.n < n).length;
    const bytes = Buffer.concat([Buffer.from(salt, 'base64'), Buffer.from(line)]);
    block.others.splice(n - first - before, 0, hash('sha256', bytes, 'base64'));
    return;
  }
}

describe('an evidence clip', () => {
  let stage: Stage;
  let staff: string;
  let broadcast: string;
  const from = Date.now() - 60_000;
  const at = (ms: number): string => new Date(from + ms).toISOString();
  const order = (a: number, b: number): object => ({ from: at(a), to: at(b), ground: 'case 7' });

  beforeAll(async () => {
    stage = await openStage({ edge: false });
    staff = await stage.signIn('demo-reviewer');
    const owner = await stage.signIn('demo-publisher');
    const made = { title: '泡茶', kind: 'video', category: 'chat' };
    broadcast = (await stage.call(owner, 'POST', '/api/broadcasts', made)).body.id;
    await recordOnStage(stage, broadcast, from);
    const said = {
      kind: 'message.published',
      room: broadcast,
      broadcast,
      user: newId(),
      nickname: '甲',
      pts: 0,
    };
    await stage.bus.request('control.append', {
      edge: '1',
      boot: stage.bus.boot,
      records: [1, 2, 3].map((offset) => {
        const ts = from + offset * 5_000;
        return { ...said, ts, id: newId(), offset, text: `第${offset}句` };
      }),
    });
  }, 180_000);
  afterAll(() => stage.close());

  /** Cuts a clip and fetches its bundle. */
  async function fetchBundle(): Promise<string> {
    const { status, body } = await stage.call(
      staff,
      'POST',
      `/api/broadcasts/${broadcast}/clips`,
      order(14_000, 22_000),
    );
    expect(status, JSON.stringify(body)).toBe(201);
    const answer = await fetch(new URL(body.bundle, stage.url), {
      headers: { authorization: `Bearer ${staff}` },
    });
    expect(answer.headers.get('content-type')).toBe('application/zip');
    const path = join(mkdtempSync(join(tmpdir(), 'weir-clip-')), 'bundle.zip');
    writeFileSync(path, Buffer.from(await answer.arrayBuffer()));
    return path;
  }
  let bundle: string;
  beforeAll(async () => {
    bundle = await fetchBundle();
  }, 180_000);

  it('proves offline what was said, what was shown, and who took it on which ground', async () => {
    const report = await checkBundle(bundle);
    expect(report).toMatchObject({ broadcast, ground: 'case 7' });
    // One piece, although the source went round once.
    expect(report.parts).toHaveLength(1);
    const [part] = report.parts;
    expect(part?.from).toBeLessThanOrEqual(from + 14_000);
    expect(part?.to).toBeGreaterThan(from + 21_800);
    // One message lies in the stretch, and the hashes of the recorded files.
    expect(report.records.content).toBeGreaterThanOrEqual(3);
    expect(report.logs.map(({ log }) => log)).toEqual(['content', 'access']);
  });

  it('is verified by the command: 0 with --local, 3 without, 1 where a bit was turned', async () => {
    const verify = (...args: string[]) =>
      exec(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, 'verify', ...args]);
    expect((await verify('--local', bundle)).stdout).toContain('ground: case 7');
    await expect(verify(bundle)).rejects.toMatchObject({ code: 3 });
    const bytes = readFileSync(bundle);
    const turned = join(mkdtempSync(join(tmpdir(), 'weir-clip-')), 'turned.zip');
    bytes[Math.floor(bytes.length / 3)] = (bytes[Math.floor(bytes.length / 3)] ?? 0) ^ 1;
    writeFileSync(turned, bytes);
    await expect(verify('--local', turned)).rejects.toMatchObject({ code: 1 });
    await expect(verify('--local', '--log', 'content', bundle)).rejects.toMatchObject({ code: 2 });
  });

  /** The bundle with another list, packed again. */
  async function repacked(change: (list: Bundle) => void): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'weir-clip-'));
    await unpack(bundle, folder);
    const list = JSON.parse(readFileSync(join(folder, 'evidence.json'), 'utf8')) as Bundle;
    change(list);
    const path = join(folder, 'other.zip');
    const files = list.recorded.map(({ file }) => ({
      file,
      read: async () => createReadStream(join(folder, file)) as AsyncIterable<Buffer>,
    }));
    await writeBundle(path, list, { folder, files });
    return path;
  }
  /** What somebody might say of a clip that is not so, and what `weir verify` answers. */
  const LIES: [string, (list: Bundle) => void, string][] = [
    ['times', ({ parts }) => Object.assign(parts[0] as object, { fromMs: 1 }), 'of other times'],
    ['stretch', ({ asked }) => Object.assign(asked, { to: asked.to + 1 }), 'another stretch'],
    [
      'log',
      ({ proofs }) => Object.assign(proofs, { moderation: proofs.content }),
      'the proof of moderation is of',
    ],
    [
      'choice of records',
      ({ proofs }) => leaveOut(proofs.content as LogProof),
      'other records than were taken',
    ],
  ];

  it.each(LIES)('does not hold with another %s than was signed', async (_, change, answer) => {
    await expect(checkBundle(await repacked(() => {}))).resolves.toMatchObject({ broadcast });
    await expect(checkBundle(await repacked(change))).rejects.toThrow(answer);
  });

  it('names what it lacks', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'weir-clip-'));
    await unpack(bundle, folder);
    const without = async (...lacks: string[]): Promise<string> => {
      const path = join(folder, 'less.zip');
      const zip = new ZipFile();
      for (const file of ['evidence.json', 'clip-1.mp4'])
        if (!lacks.includes(file)) zip.addFile(join(folder, file), file);
      zip.end();
      await pipeline(zip.outputStream, createWriteStream(path));
      return path;
    };
    await expect(checkBundle(await without('evidence.json'))).rejects.toThrow('has no evidence.json');
    await expect(checkBundle(await without('clip-1.mp4'))).rejects.toThrow(
      'clip-1.mp4 is in the bundle’s list and not in the bundle',
    );
    await expect(checkBundle(await without())).rejects.toThrow(
      /^recorded\/.* is in the bundle’s list and not/,
    );
  });

  it('is verified by a program that shares no code with Weir', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'weir-clip-'));
    const program = join(folder, 'verifier');
    execFileSync('go', ['build', '-o', program, '.'], {
      cwd: new URL('../../../packages/ledger/verifier', import.meta.url),
      env: {
        ...process.env,
        GO111MODULE: 'off',
        GOPATH: '/usr/share/gocode',
        GOCACHE: join(folder, 'cache'),
      },
    });
    expect((await exec(program, ['bundle', bundle])).stdout).toMatch(
      /^holds, records: 1 of access, \d+ of content\n$/,
    );
    // Every byte of the list that carries a proof counts: one letter of what was said is enough.
    const bytes = readFileSync(bundle);
    for (const at of [0.2, 0.5, 0.8].map((share) => Math.floor(bytes.length * share))) {
      const turned = Buffer.from(bytes);
      turned[at] = (turned[at] ?? 0) ^ 1;
      writeFileSync(join(folder, 'turned.zip'), turned);
      await expect(exec(program, ['bundle', join(folder, 'turned.zip')])).rejects.toMatchObject({ code: 1 });
    }
    for (const [, change] of LIES)
      await expect(exec(program, ['bundle', await repacked(change)])).rejects.toMatchObject({ code: 1 });
  }, 300_000);

  it('lies beside what was said then: the timeline of its broadcast, with the picture', async () => {
    const path = `/api/broadcasts/${broadcast}`;
    const stretch = `from=${at(4_000)}&to=${at(11_000)}`;
    const { body: spans } = await stage.call(staff, 'GET', `${path}/recordings`);
    expect(spans.items).toHaveLength(1);
    const { body } = await stage.call(staff, 'GET', `${path}/timeline?${stretch}`);
    expect((body.items as { text?: string }[]).map(({ text }) => text)).toEqual(['第1句', '第2句']);
    const answer = await fetch(new URL(`${path}/recording?${stretch}`, stage.url), {
      headers: { authorization: `Bearer ${staff}` },
    });
    expect(answer.headers.get('content-type')).toBe('video/mp4');
    expect(Date.parse(answer.headers.get('x-weir-from') ?? '')).toBeLessThanOrEqual(from + 4_000);
    expect(Buffer.from(await answer.arrayBuffer()).indexOf('ftyp')).toBe(4);
    const left = (): string[] =>
      readdirSync(join(stage.dataDir, 'clips')).filter((name) => !name.endsWith('.zip'));
    await expect.poll(left).toEqual([]);
    expect(await stage.call(staff, 'GET', `${path}/timeline?from=${at(9)}&to=${at(9)}`)).toMatchObject({
      status: 400,
    });
  });

  it('leaves records of the cutting and of the fetching, and is refused without a ground or a recording', async () => {
    const admin = await stage.signIn('demo-admin');
    const { body } = await stage.call(admin, 'GET', `/api/log?log=access&broadcast=${broadcast}`);
    const kinds = (body.items as { kind: string; what?: string }[]).map(({ kind, what }) => what ?? kind);
    expect(kinds).toEqual(expect.arrayContaining(['evidence.clipped', 'clip']));
    const cut = (body: object) => stage.call(staff, 'POST', `/api/broadcasts/${broadcast}/clips`, body);
    expect(await cut({ from: at(0), to: at(1_000) })).toMatchObject({ status: 400 });
    expect(await cut(order(-90_000, -80_000))).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await cut(order(5, 5))).toMatchObject({ status: 400, body: { code: 'bad_request' } });
  });
});
