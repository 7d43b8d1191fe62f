import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, call, createBroadcast, signIn } from './client.ts';
import { type Service, startService } from './service.ts';
import { weir as runWeir } from './weir.ts';

let service: Service;
let publisher: Client;

beforeAll(async () => {
  service = await startService();
  publisher = await signIn(service, 'demo-publisher');
}, 180_000);
afterAll(() => service?.dispose());

const weir = (args: string[], input?: string) => runWeir(service, args, input);

describe('the command line', () => {
  it('cuts a broadcast off and says so, once and again', async () => {
    const { id } = await createBroadcast(publisher);
    const first = await weir(['cut', id, '--reason', 'other', '--json']);
    expect([first.code, JSON.parse(first.out)]).toMatchObject([0, { broadcast: id, state: 'final' }]);
    const second = await weir(['cut', id, '--reason', 'other', '--json']);
    expect(JSON.parse(second.out).id).toBe(JSON.parse(first.out).id);
    const found = await weir(['log', 'search', '--kind', 'broadcast.cut', '--broadcast', id]);
    expect(JSON.parse(found.out)).toMatchObject({ log: 'content', kind: 'broadcast.cut', broadcast: id });
  }, 180_000);

  it('verifies the ledger of the running service, and says that nobody else has signed it', async () => {
    const first = await weir(['verify']);
    expect([first.code, first.out]).toEqual([3, expect.stringContaining('UNWITNESSED')]);
    const local = await weir(['verify', '--local', '--log', 'content', '--json']);
    expect([local.code, JSON.parse(local.out)]).toMatchObject([0, { log: 'content' }]);
    expect(await weir(['verify', '--log', 'nonsense'])).toMatchObject({ code: 2, out: '' });
  }, 180_000);

  it('imports a lexicon, in force at once; one with an error is refused with its line, and changes nothing', async () => {
    const file = join(service.dataDir, 'lexicon.csv');
    writeFileSync(file, 'term,category,severity\n青云盘口,gambling,3\n');
    const done = await weir(['text', 'import', file, '--note', 'first', '--json']);
    expect([done.code, JSON.parse(done.out)]).toMatchObject([0, { state: 'live', terms: 1, note: 'first' }]);
    const made = { title: '青云盘口', kind: 'video', category: 'chat' };
    await expect(call(service, publisher.token, 'POST', '/api/broadcasts', made)).rejects.toMatchObject({
      status: 422,
      code: 'content_refused',
    });
    writeFileSync(file, 'term,severity\nx,2\ny,9\n');
    const refused = await weir(['text', 'import', file]);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('lexicon.csv:3: severity is')]);
    expect((await weir(['text', 'import', file, '--stages', 'all'])).code).toBe(2);
    expect((await weir(['text', 'import'])).code).toBe(2);
    expect((await weir(['text', 'import', join(service.dataDir, 'none.csv')])).code).toBe(1);
  }, 180_000);

  it('tells refused from wrong use', async () => {
    expect(await weir(['cut', '01a20c27-1df3-75f6-b08b-ad005d9c4e75', '--reason', 'other'])).toMatchObject({
      code: 1,
      out: '',
    });
    expect(await weir(['cut', 'x'])).toMatchObject({ code: 2, out: '' });
    expect(await weir(['nonsense'])).toMatchObject({ code: 2, out: '' });
    // Roles are started by the supervisor; nobody types them.
    for (const role of ['vault', 'edge']) {
      const typed = await weir([role, 'rotate']);
      expect([typed.code, typed.err]).toEqual([2, expect.stringContaining(`There is no command ${role}`)]);
    }
  }, 180_000);

  it('moves no clock of a store with the real one', async () => {
    const before = await call<{ now: string }>(service, '', 'GET', '/api/clock');
    const refused = await weir(['clock', 'advance', '59d']);
    expect([refused.code, refused.out, refused.err]).toEqual([
      1,
      '',
      expect.stringContaining('not_simulated'),
    ]);
    const { now, ...rest } = await call<{ now: string }>(service, '', 'GET', '/api/clock');
    expect(rest).toEqual({ simulated: false, offsetMs: 0 });
    expect(Date.parse(now) - Date.parse(before.now)).toBeLessThan(3_600_000);
  }, 180_000);

  it.each(['0d', '-5d'])('takes %j for no time to move on by', async (by) => {
    expect(await weir(['clock', 'advance', by])).toMatchObject({ code: 2, out: '' });
  });

  it('creates an administrator who can sign in', async () => {
    expect(await weir(['admin', 'create', 'boss', '--password-stdin'], 'a-long-password\n')).toMatchObject({
      code: 0,
    });
    expect((await signIn({ ...service, password: 'a-long-password' }, 'boss')).token).not.toBe('');
  }, 180_000);

  it('explains every key of the configuration and shows no secret', async () => {
    const { code, out } = await weir(['config']);
    expect([code, out.includes('WEIR_LEASE_MS')]).toEqual([0, true]);
    expect(out).not.toContain(service.password);
  }, 180_000);
});
