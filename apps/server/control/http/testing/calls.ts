import { newId } from '@weir/kit';
import type { Stage } from '../../testing/stage.ts';

/**
 * Everybody who may knock: nobody, and each role; the publisher as owner of what is asked for and as a stranger to it;
 * `lead` is a reviewer who may change the lexicon.
 */
export const CALLERS = ['nobody', 'viewer', 'stranger', 'owner', 'reviewer', 'lead', 'admin'] as const;
export type Caller = (typeof CALLERS)[number];

/** What a call is about; made anew for each, so that no call sees what another did. */
export type Subject = {
  broadcast: string;
  message: string;
  held: string;
  person: string;
  /** A message of whoever calls that was refused, and a held one in which something was found; a contest. */
  own: string;
  flagged: string;
  contest: string;
  /** Number of a lexicon version that has never acted, and a dry run. */
  draft: number;
  hold: string;
  run: string;
  clip: string;
  stretch: () => Promise<string>;
};

/** One call of the API as somebody outside would write it down: who may, with what, and what comes back. */
export type Sample = {
  may: readonly Caller[];
  path?: (subject: Subject) => string;
  body?: (subject: Subject) => unknown | Promise<unknown>;
  query?: string;
  status?: number;
  /** Refused to everybody here and now, e.g. the demo's roles while only the accounts are on. */
  refused?: { status: number; code: string };
  /** What must be there before. */
  needs?: 'cut' | 'stream' | 'seen' | 'person' | 'draft' | 'run' | 'contest' | 'moderator' | 'clip' | 'hold';
  /** Takes larger bodies than others: one of so many bytes is refused. */
  tooLarge?: number;
  /** A cut broadcast is answered like any other, or refused with another status than 410. */
  cut?: 'allowed' | 409;
  /** Queries that are refused. */
  badQueries?: readonly string[];
};

const all = CALLERS;
const signedIn = ['viewer', 'stranger', 'owner', 'reviewer', 'lead', 'admin'] as const;
const publishers = ['stranger', 'owner', 'admin'] as const;
const staff = ['reviewer', 'lead', 'admin'] as const;
const lexicon = ['lead', 'admin'] as const;
const owner = ['owner', 'admin'] as const;
const ownerOrStaff = ['owner', 'reviewer', 'lead', 'admin'] as const;
const admin = ['admin'] as const;

const broadcast = ({ broadcast }: Subject): string => `/api/broadcasts/${broadcast}`;
const to =
  (end: string) =>
  (subject: Subject): string =>
    `${broadcast(subject)}${end}`;
const version =
  (end: string) =>
  ({ draft }: Subject): string =>
    `/api/lexicon/versions/${draft}${end}`;
const room =
  (end: string) =>
  ({ broadcast, person }: Subject): string =>
    `/api/rooms/${broadcast}${end.replace('USER', person)}`;
/** Names wait in a test of their own (names.test.ts): here there is none. */
const name = (end: string) => (): string => `/api/names/${newId()}${end}`;
const NO_NAME = { status: 404, code: 'not_found' } as const;
const PASSWORD = 'a-password-of-the-walk';

/** The whole API by hand: a route without a line here fails the walk, and so does a line without a route. */
export const SAMPLES: Readonly<Record<string, Sample>> = {
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
  'POST /api/messages/{id}/contest': {
    may: signedIn,
    path: ({ own }) => `/api/messages/${own}/contest`,
    status: 201,
    cut: 'allowed',
  },
  'POST /api/messages/{id}/false-positive': {
    may: staff,
    path: ({ flagged }) => `/api/messages/${flagged}/false-positive`,
    body: () => ({ note: 'walk' }),
    status: 201,
    cut: 'allowed',
  },
  'GET /api/contests': {
    may: staff,
    query: '?state=open&limit=2',
    badQueries: ['?state=maybe', '?limit=0', `?after=${'x'.repeat(65)}`],
  },
  'GET /api/floods/alone': {
    may: staff,
    query: '?limit=2',
    badQueries: ['?limit=0', '?limit=51', `?after=${'x'.repeat(65)}`],
  },
  'POST /api/contests/{contest}/answer': {
    may: staff,
    path: ({ contest }) => `/api/contests/${contest}/answer`,
    body: () => ({ outcome: 'stands', note: 'walk' }),
    needs: 'contest',
  },
  'GET /api/me/messages': { may: signedIn },
  'GET /api/me/names': { may: signedIn },
  'GET /api/names': {
    may: staff,
    query: '?state=open&limit=2',
    badQueries: ['?state=maybe', '?limit=0', '?limit=51', `?after=${'x'.repeat(65)}`],
  },
  'POST /api/names/{name}/release': { may: staff, path: name('/release'), refused: NO_NAME },
  'POST /api/names/{name}/refuse': {
    may: staff,
    path: name('/refuse'),
    body: () => ({ reason: 'other' }),
    refused: NO_NAME,
  },
  'POST /api/names/{name}/contest': { may: signedIn, path: name('/contest'), refused: NO_NAME },
  'GET /api/thresholds': { may: staff },
  'PUT /api/thresholds': {
    may: lexicon,
    body: () => ({ routes: { title: { fraud: { hold: 0.25, refuse: 1 } } }, note: 'walk' }),
  },
  'GET /api/thresholds/versions': { may: staff, query: '?limit=2', badQueries: ['?after=0', '?limit=0'] },
  'POST /api/thresholds/versions/{n}/activate': {
    may: lexicon,
    path: () => '/api/thresholds/versions/999999/activate',
    body: () => ({ note: 'walk' }),
    refused: { status: 404, code: 'not_found' },
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
  'GET /api/lexicon': { may: staff },
  'GET /api/lexicon/terms': {
    may: staff,
    query: '?q=%E8%B5%8C&kind=deny&limit=2',
    badQueries: ['?version=0', '?kind=maybe', '?limit=501', '?after=-1', '?q=', '?colour=red'],
  },
  'GET /api/lexicon/versions': { may: staff, query: '?limit=2', badQueries: ['?after=0', '?limit=0'] },
  'POST /api/lexicon/versions': {
    may: lexicon,
    body: () => ({ add: [{ term: `走一遍${newId()}`, category: 'other' }], note: 'walk' }),
    status: 201,
    tooLarge: 140_000,
  },
  'GET /api/lexicon/diff': { may: staff, query: '?from=1&to=1', badQueries: ['?from=1', '?from=x&to=1'] },
  'POST /api/lexicon/versions/{n}/dry-run': {
    may: lexicon,
    path: version('/dry-run'),
    body: () => ({ hours: 1 }),
    needs: 'draft',
    status: 202,
  },
  'GET /api/lexicon/dry-runs/{run}': {
    may: lexicon,
    path: ({ run }) => `/api/lexicon/dry-runs/${run}`,
    needs: 'run',
  },
  'POST /api/lexicon/versions/{n}/shadow': {
    may: lexicon,
    path: version('/shadow'),
    body: () => ({ note: 'walk' }),
    needs: 'draft',
  },
  'DELETE /api/lexicon/shadow': { may: lexicon },
  'POST /api/lexicon/versions/{n}/activate': {
    may: lexicon,
    path: version('/activate'),
    body: () => ({ note: 'walk' }),
    needs: 'draft',
  },
  'GET /api/lexicon/hits': { may: staff, query: '?hours=24', badQueries: ['', '?hours=0', '?hours=x'] },
  'POST /api/text/try': { may: staff, body: () => ({ text: '走一遍' }) },
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
    badQueries: ['?log=diary', '?limit=0', '?from=yesterday', '?colour=red'],
  },
};

/** Accounts of the walk and their tokens. */
export async function openAccounts(stage: Stage): Promise<Record<Caller, string>> {
  const boss = await stage.signIn('demo-admin');
  const roles: Record<Exclude<Caller, 'nobody'>, string[]> = {
    viewer: ['viewer'],
    stranger: ['viewer', 'publisher'],
    owner: ['viewer', 'publisher'],
    reviewer: ['viewer', 'reviewer'],
    lead: ['viewer', 'reviewer', 'lexicon'],
    admin: ['admin'],
  };
  const tokens: Record<string, string> = { nobody: '' };
  for (const [name, has] of Object.entries(roles)) {
    const account = `walk-${name}`;
    await stage.call(boss, 'POST', '/api/users', { account, password: PASSWORD, roles: has });
    const { body } = await stage.call('', 'POST', '/api/session', { account, password: PASSWORD });
    tokens[name] = body.token;
  }
  return tokens as Record<Caller, string>;
}
