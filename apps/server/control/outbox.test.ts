import { FailingDisk } from '@weir/ledger/testing/failing.ts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStage, PASSWORD, type Stage } from './testing/stage.ts';

const disk = new FailingDisk(1, 'ENOSPC');
disk.isHealed = true;
let stage: Stage;
let reviewer: string;
let id: string;

beforeAll(async () => {
  stage = await openStage({ disk });
  reviewer = await stage.signIn('demo-reviewer');
  const publisher = await stage.signIn('demo-publisher');
  const draft = { title: '试播', kind: 'video', category: 'chat' };
  id = (await stage.call(publisher, 'POST', '/api/broadcasts', draft)).body.id;
}, 180_000);
afterAll(() => stage?.close());

const gate = (mode: string) =>
  stage.call(reviewer, 'PUT', `/api/broadcasts/${id}/gate`, { media: { mode }, note: mode });
const changes = async (): Promise<string[]> => {
  const admin = await stage.signIn('demo-admin');
  const { body } = await stage.call(admin, 'GET', `/api/log?kind=gate.changed&broadcast=${id}`);
  return body.items.map(({ note }: { note: string }) => note);
};

describe('a decision whose record the ledger’s disk refuses', () => {
  it('is in force, is not called recorded, and stands in the ledger once when the disk takes it', async () => {
    expect((await gate('delay')).status).toBe(200);
    disk.isHealed = false;
    for (const mode of ['review', 'closed']) {
      const { status, body } = await gate(mode);
      expect([status, body.code]).toEqual([507, 'storage_failed']);
    }
    const { body } = await stage.call(reviewer, 'GET', `/api/broadcasts/${id}`);
    expect(body.gate.media.mode).toBe('closed');
    // A look at the log is itself recorded first.
    expect((await stage.call(await stage.signIn('demo-admin'), 'GET', '/api/log')).body.code).toBe(
      'storage_failed',
    );
    // Who must act can still sign in, and a cut needs no ledger.
    const again = { account: 'demo-reviewer', password: PASSWORD };
    expect((await stage.call('', 'POST', '/api/session', again)).status).toBe(200);
    const cut = await stage.call(reviewer, 'POST', `/api/broadcasts/${id}/cut-off`, { reason: 'other' });
    expect([cut.status, cut.body.state]).toEqual([200, 'final']);
    disk.isHealed = true;
    // Any later decision brings what waited with it, in its order.
    await stage.signIn('demo-reviewer');
    await vi.waitFor(async () => expect(await changes()).toEqual(['delay', 'review', 'closed']), {
      timeout: 60_000,
    });
  }, 180_000);
});
