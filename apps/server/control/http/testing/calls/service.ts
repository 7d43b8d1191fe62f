import { newId } from '@weir/kit';
import { MAY, PASSWORD, type Sample } from '../sample.ts';

const { all, signedIn, staff, admin } = MAY;

/** The service itself, sessions, accounts. */
export const SERVICE: Readonly<Record<string, Sample>> = {
  'GET /healthz': { may: all },
  'GET /readyz': { may: all },
  'GET /metrics': { may: all },
  'GET /api/openapi.json': { may: all },
  'GET /api/site': { may: all },
  'GET /api/capacity': { may: staff },
  'GET /api/clock': { may: all },
  'POST /api/clock/advance': {
    may: admin,
    body: () => ({ ms: 1_000 }),
    refused: { status: 409, code: 'not_simulated' },
  },
  'GET /api/categories': { may: all },
  'GET /api/reasons': { may: all },
  'POST /api/session': { may: all, body: () => ({ account: 'walk-viewer', password: PASSWORD }) },
  'GET /api/session': { may: signedIn },
  'DELETE /api/session': { may: signedIn },
  'PUT /api/session/password': { may: signedIn, body: () => ({ password: PASSWORD, next: PASSWORD }) },
  'POST /api/demo/role': {
    may: all,
    body: () => ({ role: 'viewer' }),
    refused: { status: 404, code: 'not_found' },
  },
  'GET /api/events': { may: signedIn },
  'GET /api/users': { may: admin },
  'POST /api/users': {
    may: admin,
    body: () => ({ account: `walk-${newId()}`, password: PASSWORD, roles: ['viewer'] }),
    status: 201,
  },
  'PATCH /api/users/{id}': {
    may: admin,
    path: ({ person }) => `/api/users/${person}`,
    body: () => ({ nickname: '走过的人', roles: ['viewer'] }),
    needs: 'person',
  },
};
