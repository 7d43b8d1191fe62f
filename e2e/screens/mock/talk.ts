const PUBLISHER = { id: '00000000-0000-7000-8000-000000000001', nickname: '晨间窑口' };
const at = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();

type Word = { word: string; verdict: string };

/** What the publisher and the moderators of a room have set. */
export class Talk {
  mutes = [
    {
      user: { id: '00000000-0000-7000-8000-0000000000f2', nickname: '路过的人' },
      until: at(42),
      reason: 'contact_baiting',
      by: PUBLISHER,
      at: at(-18),
    },
  ];
  words: Word[] = [
    { word: '剧透', verdict: 'hold' },
    { word: '倒计时作弊', verdict: 'refuse' },
  ];
  moderators = [
    { user: { id: '00000000-0000-7000-8000-0000000000f3', nickname: '小满' }, by: PUBLISHER, at: at(-90) },
  ];

  /** Answers the rest of `/api/rooms/{id}`; undefined where it is something else. */
  answer(method: string, rest: string, body: Record<string, unknown>): unknown {
    const [, what, user] = /^\/(mutes|words|moderators)(?:\/(.+))?$/.exec(rest) ?? [];
    switch (`${method} ${what}`) {
      case 'GET mutes':
        return { items: this.mutes };
      case 'POST mutes':
        return { user, until: at(Number(body['minutes'])), reason: body['reason'], by: PUBLISHER, at: at(0) };
      case 'DELETE mutes':
        return { ok: true };
      case 'GET words':
        return { items: this.words };
      case 'PUT words':
        this.words = body['items'] as Word[];
        return { items: this.words };
      case 'GET moderators':
        return { items: this.moderators };
      case 'PUT moderators':
        return { user: { id: user, nickname: '' }, by: PUBLISHER, at: at(0) };
      case 'DELETE moderators':
        return { ok: true };
    }
    return undefined;
  }
}
