import { newId } from '@weir/kit';
import { broadcast, MAY, type Sample, to } from '../sample.ts';

const { all, publishers, staff, owner, ownerOrStaff } = MAY;

/** Broadcasts, their gate, their end. */
export const BROADCASTS: Readonly<Record<string, Sample>> = {
  'POST /api/broadcasts': {
    may: publishers,
    body: () => ({ title: '走一遍', kind: 'video', category: 'chat' }),
    status: 201,
  },
  'GET /api/broadcasts': {
    may: all,
    query: '?state=created&limit=2',
    badQueries: ['?state=gone', '?limit=0', '?limit=x', '?after=-1', '?colour=red'],
  },
  'GET /api/broadcasts/{id}': { may: all, path: broadcast, cut: 'allowed' },
  'PATCH /api/broadcasts/{id}': { may: owner, path: broadcast, body: () => ({ title: '新的标题' }) },
  'POST /api/broadcasts/{id}/rehearsal': { may: owner, path: to('/rehearsal'), body: () => ({ on: true }) },
  'POST /api/broadcasts/{id}/key': { may: owner, path: to('/key') },
  'POST /api/broadcasts/{id}/end': { may: ownerOrStaff, path: to('/end') },
  'POST /api/broadcasts/{id}/play': { may: all, path: to('/play'), body: () => ({ player: 'any' }) },
  'GET /api/broadcasts/{id}/poster': { may: all, path: to('/poster'), needs: 'stream', status: 302 },
  'POST /api/broadcasts/{id}/revoke': {
    may: staff,
    path: to('/revoke'),
    body: () => ({ session: newId() }),
  },
  'GET /api/broadcasts/{id}/gate': { may: staff, path: to('/gate') },
  'PUT /api/broadcasts/{id}/gate': {
    may: staff,
    path: to('/gate'),
    body: () => ({ media: { mode: 'delay', delayMs: 2_000 }, note: 'walk' }),
    cut: 409,
  },
  'POST /api/broadcasts/{id}/cut-off': {
    may: staff,
    path: to('/cut-off'),
    body: () => ({ reason: 'other', note: 'walk' }),
    cut: 'allowed',
  },
  'GET /api/broadcasts/{id}/cut-off': {
    may: ownerOrStaff,
    path: to('/cut-off'),
    needs: 'cut',
    cut: 'allowed',
  },
  'POST /api/broadcasts/{id}/restore': {
    may: staff,
    path: to('/restore'),
    body: () => ({ note: 'walk' }),
    needs: 'cut',
    cut: 'allowed',
  },
  'GET /api/broadcasts/{id}/desk': { may: staff, path: to('/desk'), needs: 'stream' },
  'POST /api/broadcasts/{id}/desk/seen': {
    may: staff,
    path: to('/desk/seen'),
    body: async ({ stretch }) => ({ stretch: await stretch() }),
    needs: 'stream',
  },
  'POST /api/broadcasts/{id}/desk/release': {
    may: staff,
    path: to('/desk/release'),
    body: async ({ stretch }) => ({ upTo: await stretch() }),
    needs: 'seen',
  },
  'POST /api/broadcasts/{id}/desk/drop': {
    may: staff,
    path: to('/desk/drop'),
    body: async ({ stretch }) => ({ stretch: await stretch() }),
    needs: 'stream',
  },
};
