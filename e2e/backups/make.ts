import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { call, createBroadcast, type Play, signIn } from '../client.ts';
import { enter } from '../member.ts';
import { startService } from '../service.ts';

/**
 * Makes the backup of a small store by this version, which every later one must restore:
 *
 *     node e2e/backups/make.ts
 *
 * Run it before a release and commit `apps/server/backup/fixtures/VERSION`; those of earlier versions are never made again.
 * The store is simulated, so that it has a sealed day and an open one. Whoever reads the identity beside it reads
 * nothing but what stands here.
 */
const ROOT = join(import.meta.dirname, '..', '..');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
const FOLDER = join(ROOT, 'apps', 'server', 'backup', 'fixtures', version);

const base = mkdtempSync(join(tmpdir(), 'weir-fixture-'));
// As root the database runs as a user of its own, who must be able to pass through.
chmodSync(base, 0o711);
mkdirSync(join(base, 'data'));
const service = await startService({}, join(base, 'data'), ['--simulated']);
const weir = (...args: string[]): string =>
  execFileSync(process.execPath, [join(ROOT, 'bin', 'weir.mjs'), ...args], {
    env: { ...process.env, WEIR_DATA_DIR: service.dataDir, XDG_CONFIG_HOME: join(base, 'config') },
    encoding: 'utf8',
  });
try {
  const publisher = await signIn(service, 'demo-publisher');
  const admin = await signIn(service, 'demo-admin');
  const viewer = await signIn(service, 'demo-viewer');
  const { id } = await createBroadcast(publisher);
  const say = async (text: string): Promise<void> => {
    const member = enter((await viewer.post<Play>(`/api/broadcasts/${id}/play`)).room);
    const { t } = await member.say(text);
    if (t !== 'ack') throw new Error(`${text} was not acknowledged`);
    member.socket.close();
  };
  await say('第一天说的');
  await admin.post('/api/users', {
    account: 'closed',
    password: 'a-password-of-somebody',
    roles: ['publisher'],
  });
  weir('clock', 'advance', '2d');
  await say('第三天说的');
  const cut = await createBroadcast(publisher);
  await admin.post(`/api/broadcasts/${cut.id}/cut-off`, { reason: 'other' });
  // A checkpoint is signed each second; the day that is over is sealed in the background.
  const sealed = join(service.dataDir, 'ledger', 'content', 'sealed');
  const isSealed = (): boolean =>
    existsSync(sealed) &&
    readdirSync(sealed, { recursive: true }).some((name) => String(name).endsWith('.run'));
  for (let seconds = 0; !isSealed() && seconds < 180; seconds++)
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  if (!isSealed()) throw new Error('no day was sealed');
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const { items } = await call<{ items: unknown[] }>(service, '', 'GET', `/api/rooms/${id}/messages`);
  const identity = await generateX25519Identity();
  const target = join(base, 'target');
  const head = JSON.parse(
    weir(
      'backup',
      '--to',
      target,
      '--with-kek',
      '--recipient',
      await identityToRecipient(identity),
      '--json',
    ),
  ) as { generation: string; entries: number; bytes: number };
  mkdirSync(FOLDER, { recursive: true });
  rmSync(join(FOLDER, 'target'), { recursive: true, force: true });
  cpSync(target, join(FOLDER, 'target'), { recursive: true });
  writeFileSync(join(FOLDER, 'identity'), `${identity}\n`);
  const expected = { ...head, room: id, messages: items.length, cut: cut.id };
  writeFileSync(join(FOLDER, 'expected.json'), `${JSON.stringify(expected, null, 2)}\n`);
  console.log(`${FOLDER}: ${head.entries} entries, ${head.bytes} bytes`);
} finally {
  await service.dispose();
  rmSync(base, { recursive: true, force: true });
}
