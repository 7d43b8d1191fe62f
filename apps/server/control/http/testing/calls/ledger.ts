import { newId } from '@weir/kit';
import { MAY, type Sample, to } from '../sample.ts';

const { staff, admin } = MAY;

/** What is kept, found, held, cut out, backed up and forgotten. */
export const LEDGER: Readonly<Record<string, Sample>> = {
  'POST /api/broadcasts/{id}/clips': {
    may: staff,
    path: to('/clips'),
    body: () => ({ from: '2026-01-01T00:00:00Z', to: '2026-01-01T00:01:00Z', ground: 'walk' }),
    // Nothing was recorded of it then.
    refused: { status: 404, code: 'not_found' },
    cut: 'allowed',
  },
  'GET /api/broadcasts/{id}/recordings': { may: staff, path: to('/recordings'), cut: 'allowed' },
  'GET /api/broadcasts/{id}/timeline': {
    may: staff,
    path: to('/timeline'),
    query: '?from=2026-01-01T00:00:00Z&to=2026-01-01T00:01:00Z',
    badQueries: ['?from=2026-01-01T00:00:00Z', '?from=soon&to=2026-01-01T00:01:00Z'],
    cut: 'allowed',
  },
  'GET /api/broadcasts/{id}/recording': {
    may: staff,
    path: to('/recording'),
    query: '?from=2026-01-01T00:00:00Z&to=2026-01-01T00:01:00Z',
    badQueries: ['?from=2026-01-01T00:00:00Z', '?from=soon&to=2026-01-01T00:01:00Z'],
    refused: { status: 404, code: 'not_found' },
    cut: 'allowed',
  },
  'GET /api/clips/{id}': {
    may: staff,
    path: ({ clip }) => `/api/clips/${clip}`,
    needs: 'clip',
  },
  'GET /api/clips/{id}/bundle': {
    may: staff,
    path: ({ clip }) => `/api/clips/${clip}/bundle`,
    needs: 'clip',
  },
  'GET /api/retention': { may: admin },
  'POST /api/retention/run': { may: admin },
  'GET /api/backup': { may: admin },
  // For the machine's own operator, who comes by another way: `control/backup/backups.test.ts`.
  'POST /api/backup': { may: [], body: () => ({ to: '/nowhere' }) },
  'POST /api/backup/{order}/progress': {
    may: [],
    path: () => `/api/backup/${newId()}/progress`,
    body: () => ({ phase: 'ledger', done: 1, of: 2 }),
  },
  'POST /api/backup/{order}/keys': {
    may: [],
    path: () => `/api/backup/${newId()}/keys`,
    body: () => ({ dir: '/nowhere', recipients: ['age1'], withKek: false }),
  },
  'POST /api/backup/{order}/end': {
    may: [],
    path: () => `/api/backup/${newId()}/end`,
    body: () => ({ outcome: 'failed', why: 'w' }),
  },
  'GET /api/service': { may: staff },
  'POST /api/service/reopen': {
    may: admin,
    body: () => ({ note: '检查过了' }),
    refused: { status: 409, code: 'conflict' },
  },
  'POST /api/retention/confirm': {
    may: admin,
    body: () => ({ items: ['content 2000-01-01'] }),
    refused: { status: 404, code: 'not_found' },
  },
  'GET /api/holds': { may: admin },
  'POST /api/holds': {
    may: admin,
    body: ({ broadcast }) => ({
      case: 'walk-1',
      reason: '走一遍',
      responsible: 'walk-admin',
      reviewOn: '2126-01-01',
      what: { broadcast },
    }),
    status: 201,
  },
  'GET /api/holds/{hold}/records': {
    may: admin,
    path: ({ hold }) => `/api/holds/${hold}/records`,
    query: '?cursor=1',
    badQueries: ['?cursor=x', '?cursor=-1'],
    needs: 'hold',
  },
  'POST /api/holds/{hold}/review': {
    may: admin,
    path: ({ hold }) => `/api/holds/${hold}/review`,
    body: () => ({ reviewOn: '2126-02-01', note: 'walk' }),
    needs: 'hold',
  },
  'DELETE /api/holds/{hold}': {
    may: admin,
    path: ({ hold }) => `/api/holds/${hold}`,
    body: () => ({ note: 'walk' }),
    needs: 'hold',
  },
  'GET /api/log': {
    may: admin,
    query: '?log=moderation&limit=5',
    badQueries: ['?log=diary', '?kind=no.such', '?room=1', '?limit=0', '?from=yesterday', '?colour=red'],
  },
};
