import { MAY, type Sample, type Subject } from '../sample.ts';

const { all, staff, ownerOrStaff } = MAY;

const room =
  (end: string) =>
  ({ broadcast, person }: Subject): string =>
    `/api/rooms/${broadcast}${end.replace('USER', person)}`;

/** Rooms, their messages, moderators and words. */
export const ROOMS: Readonly<Record<string, Sample>> = {
  'GET /api/rooms/{id}/messages': {
    may: all,
    path: ({ broadcast }) => `/api/rooms/${broadcast}/messages`,
    query: '?after=0&limit=1',
    badQueries: ['?after=-1', '?after=soon', '?limit=201'],
  },
  'GET /api/rooms/{id}/held': {
    may: staff,
    path: ({ broadcast }) => `/api/rooms/${broadcast}/held`,
    badQueries: [`?after=${'x'.repeat(65)}`],
  },
  'DELETE /api/messages/{id}': {
    may: staff,
    path: ({ message }) => `/api/messages/${message}`,
    body: () => ({ reason: 'other', note: 'walk' }),
  },
  'POST /api/messages/{id}/release': { may: staff, path: ({ held }) => `/api/messages/${held}/release` },
  'POST /api/messages/{id}/refuse': {
    may: staff,
    path: ({ held }) => `/api/messages/${held}/refuse`,
    body: () => ({ reason: 'other' }),
  },
  'GET /api/rooms/{id}/moderators': { may: ownerOrStaff, path: room('/moderators') },
  'GET /api/rooms/{id}/moderators/{user}': {
    may: ownerOrStaff,
    path: room('/moderators/USER'),
    needs: 'moderator',
  },
  'PUT /api/rooms/{id}/moderators/{user}': {
    may: ownerOrStaff,
    path: room('/moderators/USER'),
    needs: 'person',
  },
  'DELETE /api/rooms/{id}/moderators/{user}': {
    may: ownerOrStaff,
    path: room('/moderators/USER'),
    needs: 'moderator',
  },
  'GET /api/rooms/{id}/mutes': { may: ownerOrStaff, path: room('/mutes') },
  'POST /api/rooms/{id}/mutes': {
    may: ownerOrStaff,
    path: room('/mutes'),
    body: ({ person }) => ({ user: person, minutes: 10, reason: 'other' }),
    needs: 'person',
    status: 201,
  },
  'DELETE /api/rooms/{id}/mutes/{user}': {
    may: ownerOrStaff,
    path: room('/mutes/USER'),
    needs: 'person',
  },
  'GET /api/rooms/{id}/words': { may: ownerOrStaff, path: room('/words') },
  'PUT /api/rooms/{id}/words': {
    may: ownerOrStaff,
    path: room('/words'),
    body: () => ({ items: [{ word: '剧透', verdict: 'hold' }] }),
  },
};
