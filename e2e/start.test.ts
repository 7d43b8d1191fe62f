import { type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig, silentLog } from '@weir/kit';
import { startPostgres } from '@weir/server/postgres/start.ts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type Broadcast, call, createBroadcast, type Play, signIn } from './client.ts';
import { publish } from './encoder.ts';
import { type Service, startService } from './service.ts';

const ROOT = join(import.meta.dirname, '..');
const MAIN = join(ROOT, 'apps', 'server', 'main.ts');
const asRoot = process.getuid?.() === 0;
let service: Service;

beforeAll(async () => {
  service = await startService({
    WEIR_LOG_LEVEL: 'debug',
    WEIR_DEMO: 'accounts',
    WEIR_WEBHOOK_SECRET: 'a-secret-of-hooks',
  });
}, 180_000);
afterAll(() => service?.dispose());

type Ended = { code: number | null; out: string; err: string };

/** Starts a Weir that will not come up, or that is ended once it is ready. */
function begin(
  env: Record<string, string>,
  options: SpawnOptions = {},
  wrapper: string[] = [],
  args: string[] = [],
): Promise<Ended> {
  const node = [process.execPath, '--disable-warning=ExperimentalWarning'];
  const command = [...wrapper, ...node, MAIN, 'start', ...args];
  return new Promise((resolve) => {
    const child = spawn(command[0] as string, command.slice(1), {
      ...options,
      cwd: '/',
      env: {
        PATH: process.env['PATH'],
        WEIR_HTTP_PORT: '0',
        WEIR_MEDIA_PORT: '0',
        WEIR_RTMP_PORT: '0',
        WEIR_DEMO: 'off',
        WEIR_LOG_LEVEL: 'silent',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout?.on('data', (text) => {
      out += text;
      if (/Weir is ready/.test(out)) child.kill('SIGTERM');
    });
    child.stderr?.on('data', (text) => {
      err += text;
    });
    child.on('exit', (code) => resolve({ code, out, err }));
  });
}

function fresh(mode = 0o711): string {
  const dir = mkdtempSync(join(tmpdir(), 'weir-start-'));
  chmodSync(dir, mode);
  return dir;
}

describe('a start that cannot be', () => {
  it('names a busy port, its key and the remedy', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    for (const key of ['WEIR_HTTP_PORT', 'WEIR_MEDIA_PORT', 'WEIR_RTMP_PORT']) {
      const { code, out, err } = await begin({ WEIR_DATA_DIR: fresh(), [key]: String(port) });
      expect([code, out]).toEqual([1, '']);
      expect(err).toContain(`Port ${port} on 127.0.0.1 is in use`);
      expect(err).toContain(`set ${key} to another port`);
    }
    server.close();
  }, 180_000);

  it('is refused where another Weir runs on the same data, which goes on', async () => {
    const { code, err } = await begin({ WEIR_DATA_DIR: service.dataDir });
    expect(code).toBe(1);
    expect(err).toContain(`A Weir already runs on ${service.dataDir}`);
    expect(err).toContain('WEIR_DATA_DIR');
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
  }, 180_000);

  it('lets one of two that begin at once win', async () => {
    const WEIR_DATA_DIR = fresh();
    const both = await Promise.all([begin({ WEIR_DATA_DIR }), begin({ WEIR_DATA_DIR })]);
    expect(both.map(({ code }) => code).toSorted()).toEqual([0, 1]);
    expect(both.find(({ code }) => code === 1)?.err).toContain('A Weir already runs');
  }, 180_000);

  it('with --simulated is refused on a store made with the real clock, a mark laid beside it or not', async () => {
    const WEIR_DATA_DIR = fresh();
    const simulate = () => begin({ WEIR_DATA_DIR }, {}, [], ['--simulated']);
    expect((await begin({ WEIR_DATA_DIR })).code).toBe(0);
    const line = expect.stringMatching(/^\S+ was made with the real clock and keeps to it\. .*\n$/);
    expect(await simulate()).toEqual({ code: 2, out: '', err: line });
    writeFileSync(join(WEIR_DATA_DIR, 'clock.json'), '{"simulated":true,"offsetMs":0}\n');
    expect(await simulate()).toEqual({ code: 2, out: '', err: line });
    const forged = await begin({ WEIR_DATA_DIR });
    expect([forged.code, forged.err]).toEqual([
      1,
      expect.stringContaining('clock.json does not belong here'),
    ]);
    rmSync(join(WEIR_DATA_DIR, 'clock.json'));
    expect((await begin({ WEIR_DATA_DIR })).code).toBe(0);
    rmSync(WEIR_DATA_DIR, { recursive: true, force: true });
  }, 300_000);

  it('refuses demo accounts on anything but loopback', async () => {
    for (const WEIR_DEMO of ['on', 'accounts']) {
      const { code, err } = await begin({ WEIR_DATA_DIR: fresh(), WEIR_BIND: '0.0.0.0', WEIR_DEMO });
      expect([code, err]).toEqual([1, expect.stringContaining('WEIR_DEMO=off')]);
    }
  }, 180_000);

  it('names a value that makes no sense by its key', async () => {
    const { code, err } = await begin({ WEIR_DATA_DIR: fresh(), WEIR_LEASE_MS: 'soon' });
    expect([code, err]).toEqual([1, expect.stringMatching(/^WEIR_LEASE_MS must be .*not "soon"\n$/)]);
  }, 180_000);

  it('says which directory PostgreSQL’s user cannot enter, or, as an ordinary user, just starts', async () => {
    const closed = fresh(0o700);
    const { code, err } = await begin({ WEIR_DATA_DIR: join(closed, 'data') });
    expect(code).toBe(asRoot ? 1 : 0);
    if (asRoot) expect(err).toContain(`chmod o+x ${closed}`);
  }, 180_000);
});

describe('a start', () => {
  it('that is told to stop ends all it has begun, with status 0', async () => {
    const WEIR_DATA_DIR = fresh();
    const run = (role: string) => join(WEIR_DATA_DIR, 'run', `${role}.pid`);
    const ended = begin({ WEIR_DATA_DIR });
    await vi.waitUntil(() => existsSync(run('vault')), { timeout: 60_000, interval: 5 });
    const pids = ['supervisor', 'vault'].map((role) => Number(readFileSync(run(role), 'utf8')));
    process.kill(pids[0] as number, 'SIGTERM');
    const { code, out } = await ended;
    expect([code, out]).toEqual([0, '']);
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(existsSync(join(WEIR_DATA_DIR, 'postgres', 'postmaster.pid'))).toBe(false);
    rmSync(WEIR_DATA_DIR, { recursive: true, force: true });
  }, 180_000);

  it('needs no root', async () => {
    const dir = fresh(0o700);
    const nobody = { uid: 65_534, gid: 65_534 };
    if (asRoot) chownSync(dir, nobody.uid, nobody.gid);
    // A checkout that lies where others may not look is read with that one right, and no other.
    const looks =
      spawnSync('sh', ['-c', `cat ${MAIN}`], { ...(asRoot ? nobody : {}), stdio: 'ignore' }).status === 0;
    const see = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    const cap = ['--inh-caps=-all,+dac_override', '--ambient-caps=-all,+dac_override'];
    const { code, out, err } = await begin(
      { WEIR_DATA_DIR: dir, HOME: dir },
      asRoot && looks ? nobody : {},
      asRoot && !looks ? [...see, ...cap] : [],
    );
    expect([code, out, err]).toEqual([0, expect.stringContaining('Weir is ready'), '']);
    rmSync(dir, { recursive: true, force: true });
  }, 180_000);

  it('takes a PostgreSQL server of one’s own by its address, and says when that is not there', async () => {
    const theirs = fresh();
    const postgres = await startPostgres({ config: readConfig({ WEIR_DATA_DIR: theirs }), log: silentLog });
    const at = `postgres://weir@/weir?host=${encodeURIComponent(postgres.connection.host)}`;
    const ours = fresh();
    const { code, out } = await begin({
      WEIR_DATA_DIR: ours,
      WEIR_DATABASE_URL: at.replace('@/', '@localhost/'),
    });
    expect([code, out]).toEqual([0, expect.stringContaining('Weir is ready')]);
    // Nothing of an embedded one was made.
    expect(spawnSync('ls', [ours], { encoding: 'utf8' }).stdout).not.toContain('postgres');
    await postgres.stop();
    for (const dir of [theirs, ours]) rmSync(dir, { recursive: true, force: true });
  }, 180_000);
});

describe('what the running service tells', () => {
  it('that none of its processes loads DuckDB: the one that seals days begins when it is needed', () => {
    for (const role of ['supervisor', 'control', 'vault', 'edge']) {
      const pid = readFileSync(join(service.dataDir, 'run', `${role}.pid`), 'utf8').trim();
      const libraries = readFileSync(`/proc/${pid}/maps`, 'utf8').match(/\S+\.(node|so\S*)$/gm) ?? [];
      expect(libraries.filter((path) => /libc\.so/.test(path)).length, role).toBeGreaterThan(0);
      expect(
        libraries.filter((path) => /duckdb/.test(path)),
        role,
      ).toEqual([]);
    }
  });

  it('figures of every process as Prometheus text, each family once', async () => {
    await vi.waitFor(async () => {
      const text = await (await fetch(`${service.url}/metrics`)).text();
      for (const role of ['control', 'vault', 'edge', 'supervisor'])
        expect(text).toContain(`weir_process_resident_memory_bytes{process="${role}"}`);
      for (const name of ['weir_edge_viewers', 'weir_password_seconds_bucket', 'weir_child_restarts_total'])
        expect(text).toContain(name);
      const heads = text.split('\n').filter((line) => line.startsWith('# TYPE'));
      expect(new Set(heads).size).toBe(heads.length);
      const sample = /^[a-zA-Z_:][\w:]*(\{([\w]+="(\\.|[^"\\])*",?)*\})? -?([\d.e+-]+|NaN|[+-]?Inf)( \d+)?$/;
      expect(text.split('\n').filter((line) => line && !line.startsWith('#') && !sample.test(line))).toEqual(
        [],
      );
    }, 60_000);
    const forwarded = await fetch(`${service.url}/metrics`, {
      headers: { 'x-forwarded-for': '203.0.113.7' },
    });
    expect([forwarded.status, (await forwarded.json()).code]).toEqual([401, 'sign_in']);
  }, 180_000);

  it('each process the one configuration of its start, and nobody a secret it has no use for', async () => {
    const file = join(service.dataDir, 'weir.toml');
    const before = service.pid('edge');
    // Whoever edits the file meanwhile stops no process from coming back, nor makes it another than the rest.
    writeFileSync(file, 'not = [ finished');
    try {
      process.kill(before, 'SIGKILL');
      await vi.waitFor(
        async () => {
          expect(service.pid('edge')).not.toBe(before);
          // It listens when it gives figures.
          expect(await (await fetch(`${service.url}/metrics`)).text()).toContain('weir_edge_viewers');
        },
        { timeout: 60_000, interval: 200 },
      );
    } finally {
      rmSync(file);
    }
    const environment = (role: 'control' | 'vault' | 'edge'): string =>
      readFileSync(`/proc/${service.pid(role)}/environ`, 'utf8');
    for (const [secret, needs] of [
      [service.password, ['control']],
      ['WEIR_INTERNAL_PG', ['control']],
      ['a-secret-of-hooks', ['control']],
    ] as const) {
      const having = (['control', 'vault', 'edge'] as const).filter((role) =>
        environment(role).includes(secret),
      );
      expect(having).toEqual(needs);
    }
  }, 180_000);

  it('no password, token, key, note or message, however much it logs', async () => {
    const WRONG = 'a-wrong-password-that-was-typed';
    const NOTE = 'a-note-that-nobody-else-reads';
    const TEXT = 'a-line-that-was-said-in-the-room';
    const [publisher, reviewer] = await Promise.all([
      signIn(service, 'demo-publisher'),
      signIn(service, 'demo-reviewer'),
    ]);
    await expect(
      call(service, '', 'POST', '/api/session', { account: 'demo-viewer', password: WRONG }),
    ).rejects.toMatchObject({ code: 'bad_credentials' });
    const { id, ingest } = await createBroadcast(publisher);
    const encoder = publish(`${ingest.url}/${ingest.key}`);
    await vi.waitFor(
      async () => expect((await publisher.get<Broadcast>(`/api/broadcasts/${id}`)).state).toBe('live'),
      { timeout: 60_000 },
    );
    const play = await publisher.post<Play>(`/api/broadcasts/${id}/play`);
    const socket = new WebSocket(play.room, 'weir.room.1');
    await new Promise<void>((resolve) => {
      socket.on('open', () => socket.send(JSON.stringify([{ t: 'send', ref: '1', text: TEXT }])));
      socket.on('message', (frame) => /"t":"(ack|refused)"/.test(String(frame)) && resolve());
    });
    socket.close();
    await fetch(play.flv.replace(/t=.*/, 't=a-token-that-is-none'));
    const { ingest: rotated } = await publisher.post<{ ingest: { key: string } }>(
      `/api/broadcasts/${id}/key`,
    );
    await encoder.ended;
    await publish(`${ingest.url}/${ingest.key}`, { seconds: 2 }).ended;
    await reviewer.put(`/api/broadcasts/${id}/gate`, { media: { mode: 'delay' }, note: NOTE });
    await reviewer.post(`/api/broadcasts/${id}/cut-off`, { reason: 'other', note: NOTE, facts: NOTE });
    for (const role of ['vault', 'control'] as const) process.kill(service.pid(role), 'SIGKILL');
    await vi.waitFor(() => signIn(service, 'demo-viewer'), { timeout: 60_000, interval: 300 });
    // The one line that tells the demo's password to who started it is meant to.
    const logged = (): string[] =>
      service
        .output()
        .split('\n')
        .filter((line) => line.startsWith('{'));
    // How much else is said depends on the moment; what these acts leave has been written when it is looked at.
    const traces = [
      'sign-in refused',
      'encoder refused',
      'key_rotated',
      '"role":"vault"',
      '"role":"control"',
    ];
    await vi.waitFor(
      () => expect(traces.filter((trace) => !logged().some((line) => line.includes(trace)))).toEqual([]),
      { timeout: 60_000 },
    );
    expect(logged().filter((line) => line.includes('control is ready')).length).toBeGreaterThanOrEqual(2);
    const secrets = {
      password: service.password,
      wrong: WRONG,
      publisher: publisher.token,
      reviewer: reviewer.token,
      key: ingest.key,
      rotated: rotated.key,
      play: new URL(play.flv).searchParams.get('t') ?? '',
      room: new URL(play.room).searchParams.get('t') ?? '',
      note: NOTE,
      text: TEXT,
    };
    const said = logged().join('\n');
    for (const [name, secret] of Object.entries(secrets)) {
      expect(secret.length, name).toBeGreaterThan(8);
      expect(said.includes(secret), `${name} stands in the log`).toBe(false);
    }
  }, 300_000);
});
