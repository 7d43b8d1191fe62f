import { newId } from '@weir/kit';
import { MAY, type Sample, type Subject } from '../sample.ts';

const { signedIn, staff, lexicon } = MAY;

const version =
  (end: string) =>
  ({ draft }: Subject): string =>
    `/api/lexicon/versions/${draft}${end}`;

/** Names wait in a test of their own (names.test.ts): here there is none. */
const name = (end: string) => (): string => `/api/names/${newId()}${end}`;
const NO_NAME = { status: 404, code: 'not_found' } as const;

/** What screens texts, and who answers for it. */
export const SCREENING: Readonly<Record<string, Sample>> = {
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
  'GET /api/me/news': { may: signedIn },
  'POST /api/me/names/seen': { may: signedIn, body: () => ({ ids: [newId()] }) },
  'GET /api/waiting': { may: staff },
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
  'GET /api/lexicon': { may: staff },
  'GET /api/lexicon/terms': {
    may: staff,
    query: '?q=%E8%B5%8C&kind=deny&limit=2',
    badQueries: ['?version=0', '?kind=maybe', '?limit=501', '?after=-1', '?q=', '?colour=red'],
  },
  'GET /api/lexicon/versions': { may: staff, query: '?limit=2', badQueries: ['?after=0', '?limit=0'] },
  'GET /api/lexicon/versions/{n}/file': {
    may: staff,
    path: version('/file'),
    needs: 'draft',
    badQueries: ['?as=xls'],
  },
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
};
