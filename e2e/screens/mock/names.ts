const at = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
const ROOM = '00000000-0000-7000-8000-000000084210';
const person = (n: number, nickname: string) => ({ id: `00000000-0000-7000-8000-0000000000f${n}`, nickname });
const hit = (term: string, start: number, end: number, stages: string[], category: string) => ({
  term,
  category,
  start,
  end,
  stages,
});
const name = (n: number, over: Record<string, unknown>): Record<string, unknown> => ({
  id: `00000000-0000-7000-8000-0000000000a${n}`,
  of: 'title',
  subject: ROOM,
  now: '早市现场',
  owner: person(n, '青瓷'),
  category: 'fraud',
  lexicon: 3,
  state: 'held',
  reason: null,
  at: at(9 - n),
  answeredAt: null,
  answeredBy: null,
  ...over,
});

const WAITING = [
  name(1, { text: '周末云 雀秒返专场', hits: [hit('云雀秒返', 2, 7, ['filler'], 'fraud')] }),
  name(2, {
    of: 'nickname',
    text: '夜航阿禾',
    now: 'ahe',
    category: 'gambling',
    hits: [hit('夜航', 0, 2, [], 'gambling')],
  }),
  name(3, { text: '云雀观鸟', state: 'contested', reason: 'other', hits: [hit('云雀', 0, 2, [], 'fraud')] }),
];
const alone = (n: number, toldAt: string | null): Record<string, unknown> => ({
  id: `00000000-0000-7000-8000-0000000000b${n}`,
  room: ROOM,
  title: '早市现场',
  user: person(7, '来客 7731'),
  text: `大家快来湖边一起看日出${n}`,
  at: at(n),
  tellAt: at(n - 10),
  toldAt,
});

/** Titles and nicknames that wait, what flood machines said, and thresholds, as the stand-in service has them. */
export class Names {
  open: Record<string, unknown>[] = [...WAITING];
  answered: Record<string, unknown>[] = [];
  alone = [alone(1, null), alone(2, null), alone(14, at(4))];
  routes: Record<string, unknown> = { title: { fraud: { hold: 0.25, refuse: 1 } } };
  versions: Record<string, unknown>[] = [
    { version: 2, state: 'live', note: '标题更严', at: at(60), by: person(9, '词库 02') },
    { version: 1, state: 'retired', note: '先试', at: at(600), by: person(9, '词库 02') },
  ];

  answer(call: string, url: URL, body: Record<string, unknown>): unknown {
    switch (call) {
      case 'GET /api/names':
        return page(url.searchParams.get('state') === 'open' ? this.open : this.answered, url);
      case 'GET /api/floods/alone':
        return page(this.alone, url);
      case 'GET /api/thresholds':
        return { live: { version: this.versions[0]?.['version'], routes: this.routes }, taxonomy: TAXONOMY };
      case 'PUT /api/thresholds': {
        const version = {
          ...this.versions[0],
          version: this.versions.length + 1,
          note: body['note'],
          at: at(0),
        };
        this.routes = body['routes'] as Record<string, unknown>;
        this.versions = [version, ...this.versions];
        return version;
      }
      case 'GET /api/thresholds/versions':
        return page(this.versions, url);
    }
    const [, id, op] = /^POST \/api\/names\/([^/]+)\/(release|refuse)$/.exec(call) ?? [];
    const found = this.open.find((one) => one['id'] === id);
    if (!found) return undefined;
    this.open = this.open.filter((one) => one !== found);
    const done = {
      answeredAt: at(0),
      answeredBy: { id: 'r', nickname: '审核 07' },
      reason: body['reason'] ?? null,
    };
    this.answered = [
      { ...found, ...done, state: op === 'release' ? 'released' : 'refused' },
      ...this.answered,
    ];
    return this.answered[0];
  }
}

const TAXONOMY = [
  { code: 'gambling', zh: '赌博', en: 'Gambling', threshold: { hold: 0.25, refuse: 1.5 } },
  { code: 'fraud', zh: '诈骗', en: 'Fraud', threshold: { hold: 0.25, refuse: 1.5 } },
  { code: 'contact', zh: '站外联系方式引流', en: 'Contact baiting', threshold: { hold: 0.25, refuse: 1.5 } },
];

/** Pages of two, so that a list goes on. */
const SHORT = 2;

function page(all: readonly Record<string, unknown>[], url: URL) {
  const after = url.searchParams.get('after');
  const key = (one: Record<string, unknown>): string => String(one['id'] ?? one['version']);
  const from = after === null ? 0 : all.findIndex((one) => key(one) === after) + 1;
  const items = all.slice(from, from + SHORT);
  const last = items.at(-1);
  return { items, next: last && from + SHORT < all.length ? key(last) : null };
}
