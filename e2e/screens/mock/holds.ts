const ROOM = '00000000-0000-7000-8000-000000084210';
const BOSS = { id: '00000000-0000-7000-8000-0000000000b1', nickname: '演示管理员' };

const hold = (n: number, more: object): Record<string, unknown> => ({
  id: `00000000-0000-4000-8000-00000000000${n}`,
  case: `C-104${n}`,
  reason: '诉讼期间保全',
  responsible: '王某（法务）',
  reviewOn: '2127-02-01',
  due: false,
  by: BOSS.id,
  placedBy: BOSS,
  at: '2026-11-23T19:40:00.000Z',
  what: { broadcast: ROOM },
  bytes: 48_200_000,
  quotaBytes: 2_147_483_648,
  recordings: 6,
  missing: [],
  reviews: [],
  ...more,
});

/** Holds as the stand-in service has them, and what is due by the wall clock alone. */
export class Holds {
  items = [
    hold(1, {
      reason: '主播与观众就“茶具破损”互相指认，已起诉；保留当晚全部发言与画面，等待一审。',
      reviewOn: '2026-11-24',
      due: true,
      missing: ['r/2026-11-23/1.flv'],
      reviews: [{ at: '2026-08-24T02:00:00.000Z', by: BOSS, reviewOn: '2026-11-24', note: '法院已立案' }],
    }),
    hold(2, { what: { broadcast: ROOM, user: BOSS.id }, bytes: 61_000, recordings: 0 }),
    hold(3, { what: { broadcast: ROOM, from: 1_795_461_000_000, to: 1_795_461_040_000 } }),
  ];
  unproven: object[] = [];

  answer(call: string, body: Record<string, unknown>): unknown {
    if (call === 'GET /api/holds')
      return {
        items: this.items,
        next: null,
        bytes: this.items.reduce((sum, { bytes }) => sum + Number(bytes), 0),
        totalBytes: 53_687_091_200,
      };
    if (call === 'POST /api/holds') {
      const made = hold(4, { ...body, bytes: 12_400_000 });
      this.items = [...this.items, made];
      return made;
    }
    if (call === 'GET /api/retention') return { policy: { version: 1, items: [] }, items: this.unproven };
    if (call === 'POST /api/retention/confirm') return { confirmed: [], waiting: body['items'] };
    const [, method, id] = /^(POST|DELETE) \/api\/holds\/([^/]+)/.exec(call) ?? [];
    const found = this.items.find((one) => one['id'] === id);
    if (!found) return undefined;
    if (method === 'DELETE') this.items = this.items.filter((one) => one !== found);
    else Object.assign(found, { reviewOn: body['reviewOn'], due: false });
    return method === 'DELETE' ? { ok: true } : found;
  }
}
