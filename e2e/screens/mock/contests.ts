const ROOM = '00000000-0000-7000-8000-000000084210';
const at = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
const hit = (term: string, start: number, end: number, stages: string[], category = 'contact') => ({
  term,
  category,
  severity: 2,
  start,
  end,
  stages,
});

/** Contests and reported false hits that wait, as the stand-in service has them. */
const OPEN = [
  {
    id: '00000000-0000-7000-8000-0000000000c1',
    kind: 'contest',
    state: 'open',
    at: at(9),
    message: '00000000-0000-7000-8000-0000000000e1',
    room: ROOM,
    user: { id: '00000000-0000-7000-8000-000000000000', nickname: '青瓷' },
    text: '明天坐青鸟号列车去看海，有人一起吗',
    category: 'contact',
    hits: [hit('青鸟号', 3, 6, [])],
  },
  {
    id: '00000000-0000-7000-8000-0000000000c2',
    kind: 'report',
    state: 'open',
    at: at(4),
    message: '00000000-0000-7000-8000-0000000000e2',
    room: ROOM,
    user: { id: '00000000-0000-7000-8000-0000000000f0', nickname: '阿禾' },
    text: '今晚一起看夜 航',
    category: 'gambling',
    hits: [hit('夜航', 5, 8, ['filler'], 'gambling')],
  },
  {
    id: '00000000-0000-7000-8000-0000000000c3',
    kind: 'contest',
    state: 'open',
    at: at(1),
    message: '00000000-0000-7000-8000-0000000000e3',
    room: ROOM,
    user: { id: '00000000-0000-7000-8000-0000000000f1', nickname: '十七' },
    text: '这不是广告，我只是问一下价钱',
    category: 'other',
    hits: [],
  },
];

export class Contests {
  open: Record<string, unknown>[] = [...OPEN];
  answered: Record<string, unknown>[] = [];

  answer(call: string, url: URL, body: Record<string, unknown>): unknown {
    if (call === 'GET /api/contests')
      return { items: url.searchParams.get('state') === 'open' ? this.open : this.answered, next: null };
    const [, id] = /^POST \/api\/contests\/([^/]+)\/answer$/.exec(call) ?? [];
    const found = this.open.find((one) => one['id'] === id);
    if (!found) return undefined;
    this.open = this.open.filter((one) => one !== found);
    const { outcome, ...words } = body;
    const done = { answeredAt: at(0), answeredBy: { id: 'r', nickname: '审核 07' }, state: outcome };
    this.answered = [{ ...found, ...words, ...done }, ...this.answered];
    return this.answered[0];
  }
}
