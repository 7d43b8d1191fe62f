const PEOPLE = {
  policy: { id: '00000000-0000-7000-8000-000000000007', nickname: '词库 02' },
  admin: { id: '00000000-0000-7000-8000-000000000003', nickname: '管理' },
};
const AT = '2026-11-23T19:12:05.000Z';

const CATEGORIES = [
  { code: 'gambling', zh: '赌博', en: 'Gambling' },
  { code: 'fraud', zh: '诈骗', en: 'Fraud' },
  { code: 'contact', zh: '站外联系方式引流', en: 'Contact baiting' },
  { code: 'other', zh: '其他违规', en: 'Other' },
];

type Entry = {
  term: string;
  kind: 'deny' | 'allow';
  category: string;
  severity: number;
  stages: string[];
  context: string[];
  source: string;
  from: string | null;
  to: string | null;
};
const entry = (term: string, over: Partial<Entry> = {}): Entry => ({
  term,
  kind: 'deny',
  category: 'other',
  severity: 2,
  stages: [],
  context: [],
  source: 'sample',
  from: null,
  to: null,
  ...over,
});

/** Invented words: of a lexicon only its form matters here. */
const TERMS: Entry[] = [
  entry('蓝鲸币', { category: 'fraud', severity: 3 }),
  entry('加我青鸟号', { category: 'contact', context: ['青鸟号列车', '青鸟号科考船'] }),
  entry('云雀秒返', { category: 'fraud', stages: ['nfkc', 'case', 'traditional', 'filler'] }),
  entry('夜航开局', { category: 'gambling', severity: 3, from: AT, to: '2026-12-31T16:00:00.000Z' }),
  entry('一起看夜航', { kind: 'allow', category: '' }),
  entry('白鹭', { severity: 1, stages: ['none'] }),
  ...Array.from({ length: 24 }, (_, n) =>
    entry(`样词${'甲乙丙丁戊己庚辛壬癸'[n % 10]}${'子丑寅卯'[n % 4]}`, {
      category: CATEGORIES[n % 4]?.code ?? 'other',
      severity: 1 + (n % 3),
    }),
  ),
];

const version = (n: number, state: string, note: string, over: object = {}) => ({
  version: n,
  hash: String(n).repeat(64).slice(0, 64),
  state,
  note,
  terms: 31_204 + n,
  bytes: 1_840_000 + n,
  added: 12,
  removed: 3,
  changed: 5,
  at: AT,
  by: PEOPLE.policy,
  stateAt: AT,
  stateBy: PEOPLE.admin,
  ...over,
});

/** What the stand-in service answers about the lexicon; undefined where it is asked something else. */
export class Lexicon {
  versions = [
    version(14, 'draft', '青鸟号误报：加两条放行语境', { stateBy: PEOPLE.policy }),
    version(13, 'shadow', '夜航一类换说法，先看几天'),
    version(12, 'live', '年末诈骗话术，来自 11 月的案件', { stateAt: '2026-11-24T01:30:00.000Z' }),
    version(11, 'retired', '从样例词库开始', { added: 33, removed: 0, changed: 0 }),
  ];
  terms = TERMS;
  /** Whether versions are listed, and whether anything was found. */
  listed = true;
  hits = true;
  /** A dry run answers as running so often before it is done. */
  #polls = 0;

  answer(call: string, url: URL, body: Record<string, unknown>): unknown {
    const [, n = '', act = ''] = /versions\/(\d+)\/([\w-]+)$/.exec(call) ?? [];
    if (act === 'dry-run') {
      this.#polls = 0;
      return run(Number(n), 'running');
    }
    if (act === 'activate' || act === 'shadow') return this.#order(Number(n), act);
    if (call.startsWith('GET /api/lexicon/dry-runs/')) return run(14, ++this.#polls > 1 ? 'done' : 'running');
    switch (call) {
      case 'GET /api/lexicon':
        return this.#now();
      case 'GET /api/lexicon/terms': {
        const of = (name: string): string => url.searchParams.get(name) ?? '';
        const items = this.terms.filter(
          (one) =>
            one.term.includes(of('q')) &&
            (of('category') === '' || one.category === of('category')) &&
            (of('kind') === '' || one.kind === of('kind')),
        );
        return { items, next: items.length === this.terms.length && items.length > 0 ? '100' : null };
      }
      case 'GET /api/lexicon/versions':
        return { items: this.listed ? this.versions : [], next: null };
      case 'POST /api/lexicon/versions':
        return this.#take(body);
      case 'GET /api/lexicon/diff':
        return diff();
      case 'DELETE /api/lexicon/shadow':
        return { ok: true };
      case 'GET /api/lexicon/hits':
        return this.hits ? hits() : { ...hits(), items: [], shadow: [], shadowVersion: null };
      case 'POST /api/text/try':
        return tried(String(body['text']), String(body['route']));
    }
    return undefined;
  }

  #now() {
    const of = (state: string) => this.versions.find((one) => one.state === state);
    const shadow = of('shadow');
    return {
      live: { ...of('live'), buildMs: 420 },
      ...(shadow ? { shadow } : {}),
      categories: CATEGORIES.map((one) => ({
        ...one,
        terms: this.terms.filter(({ category }) => category === one.code).length,
        threshold: { hold: 0.25, refuse: 1.5 },
      })),
    };
  }

  #order(n: number, act: string) {
    const next = act === 'shadow' ? 'shadow' : 'live';
    const stateAt = new Date().toISOString();
    this.versions = this.versions.map((one) =>
      one.version === n
        ? { ...one, state: next, stateAt }
        : one.state === next
          ? { ...one, state: next === 'live' ? 'retired' : 'draft', stateAt }
          : one,
    );
    return this.versions.find((one) => one.version === n);
  }

  /** A CSV with the word `坏` in a row is refused for it. */
  #take(body: Record<string, unknown>): unknown {
    const lines = String(body['csv'] ?? '').split('\n');
    const wrong = lines.findIndex((line) => line.includes('坏')) + 1;
    if (wrong > 0)
      return { problem: { status: 422, code: 'lexicon_invalid', line: wrong, column: 'severity' } };
    const made = version(15, 'draft', String(body['note'] ?? ''), { at: new Date().toISOString() });
    this.versions = [made, ...this.versions];
    return made;
  }
}

function diff() {
  const before = entry('加我青鸟号', { category: 'contact', severity: 3 });
  return {
    added: [
      entry('青鸟号列车', { kind: 'allow', category: '' }),
      entry('云雀日结', { category: 'fraud', severity: 3 }),
    ],
    removed: [entry('白鹭', { severity: 1 })],
    changed: [{ before, after: { ...before, severity: 2, context: ['青鸟号科考船'] } }],
    counts: { added: 2, removed: 1, changed: 1 },
  };
}

const hit = (term: string, start: number, end: number, stages: string[], category = 'contact') => ({
  term,
  category,
  severity: 2,
  start,
  end,
  stages,
});

function run(n: number, state: string) {
  return {
    id: '00000000-0000-7000-8000-0000000000d1',
    version: n,
    beside: 12,
    hours: 24,
    state,
    messages: state === 'done' ? 48_210 : 21_000,
    whole: true,
    would: { pass: 47_804, hold: 310, refuse: 96 },
    newHits: 42,
    lostHits: 17,
    samples: [
      { text: '坐青鸟号列车去看海', before: 'hold', after: 'pass', hits: [] },
      {
        text: '云 雀 日 结，来的私',
        before: 'pass',
        after: 'refuse',
        hits: [hit('云雀日结', 0, 7, ['filler'], 'fraud')],
      },
      {
        text: '加我青鸟號聊',
        before: 'refuse',
        after: 'hold',
        hits: [hit('加我青鸟号', 0, 5, ['traditional'])],
      },
    ],
  };
}

function hits() {
  const count = (term: string, category: string, [all, held, refused]: number[], [up, over]: number[]) => ({
    term,
    category,
    hits: all,
    held,
    refused,
    contested: (up ?? 0) + (over ?? 0),
    upheld: up,
    overturned: over,
  });
  return {
    since: AT,
    items: [
      count('蓝鲸币', 'fraud', [420, 60, 350], [12, 1]),
      count('加我青鸟号', 'contact', [212, 150, 62], [3, 14]),
      count('夜航开局', 'gambling', [90, 12, 78], [0, 0]),
      count('云雀秒返', 'fraud', [31, 31, 0], [1, 0]),
      count('白鹭', 'other', [9, 4, 0], [0, 0]),
    ],
    shadow: [count('夜航局', 'gambling', [55, 40, 15], [0, 0])],
    shadowVersion: 13,
  };
}

/** `青鸟` is a hit; what else is written passes. */
/** Titles are judged more strictly. */
function tried(text: string, route: string) {
  const at = text.indexOf('加');
  const found = at >= 0;
  return {
    version: 12,
    route,
    thresholds: 3,
    verdict: !found ? 'pass' : route === 'title' ? 'refuse' : 'hold',
    category: found ? 'contact' : '',
    stages: found
      ? [
          { stage: 'traditional', view: text.replaceAll('鳥', '鸟').replaceAll('號', '号') },
          { stage: 'filler', view: text.replaceAll('鳥', '鸟').replaceAll('號', '号').replace(/[\s·]/g, '') },
        ]
      : [],
    hits: found ? [hit('加我青鸟号', at, Math.min(text.length, at + 7), ['traditional', 'filler'])] : [],
    allowed: found
      ? [
          {
            term: '青鸟号列车',
            start: Math.max(0, text.length - 5),
            end: text.length,
            overrules: [hit('青鸟号', Math.max(0, text.length - 5), text.length - 2, [])],
          },
        ]
      : [],
  };
}
