import { newId } from '@weir/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Operator, operatorOf } from '../../cli/operator.ts';
import { socketPath } from '../../supervisor/folders.ts';
import { openStage, type Stage } from '../testing/stage.ts';
import type { Order } from './backups.ts';

let stage: Stage;
let operator: Operator;
const by = (token?: string): Operator =>
  operatorOf(socketPath(stage.dataDir, 'control.sock'), stage.dataDir, token);
beforeAll(async () => {
  stage = await openStage({ edge: false });
  operator = by();
}, 180_000);
afterAll(() => stage?.close());

const end = (id: string, what: object) => operator('POST', `/api/backup/${id}/end`, what);
const records = async (): Promise<{ kind: string; outcome?: string; why?: string }[]> => {
  const admin = await stage.signIn('demo-admin');
  const { body } = await stage.call(admin, 'GET', '/api/log?log=access&limit=100');
  return body.items.filter(({ kind }: { kind: string }) => kind.startsWith('backup.'));
};

describe('the order of a backup', () => {
  it('is the operator’s alone: an administrator at the same socket may not give it', async () => {
    const admin = by(await stage.signIn('demo-admin'));
    for (const path of ['', `/${newId()}/progress`, `/${newId()}/keys`, `/${newId()}/end`])
      await expect(admin('POST', `/api/backup${path}`, {})).rejects.toMatchObject({ code: 'forbidden' });
    expect(await records()).toEqual([]);
  });

  it('refuses what is no body of it, and a backup that does not run, and records neither', async () => {
    const bad: [string, object][] = [
      ['', {}],
      ['', { to: '' }],
      ['', { to: '/x', colour: 'red' }],
      [`/${newId()}/progress`, { phase: 'nothing', done: 1, of: 2 }],
      [`/${newId()}/keys`, { dir: '/x', recipients: [], withKek: false }],
      [`/${newId()}/end`, { outcome: 'perhaps' }],
    ];
    for (const [path, body] of bad)
      await expect(operator('POST', `/api/backup${path}`, body), path).rejects.toMatchObject({
        code: 'bad_request',
      });
    await expect(end(newId(), { outcome: 'failed', why: 'x' })).rejects.toMatchObject({ code: 'not_found' });
    expect(await records()).toEqual([]);
  });

  it('holds until its end is told, one at a time, and both are on record', async () => {
    const { facts } = await operator<Order>('POST', '/api/backup', { to: '/somewhere' });
    await expect(operator('POST', '/api/backup', { to: '/elsewhere' })).rejects.toMatchObject({
      code: 'conflict',
    });
    await end(facts.id, { outcome: 'failed', why: 'the disk is full' });
    await expect(end(facts.id, { outcome: 'done' })).rejects.toMatchObject({ code: 'not_found' });
    expect((await records()).map(({ kind, outcome, why }) => [kind, outcome, why]).toSorted()).toEqual([
      ['backup.made', 'failed', 'the disk is full'],
      ['backup.ordered', undefined, undefined],
    ]);
    const { facts: next } = await operator<Order>('POST', '/api/backup', { to: '/somewhere' });
    await end(next.id, { outcome: 'failed', why: 'x' });
  });
});
