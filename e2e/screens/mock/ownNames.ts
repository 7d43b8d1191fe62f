import { randomUUID } from 'node:crypto';

/** Titles and nicknames of the one who looks that wait for a person or were answered, as the stand-in service has them. */
export class OwnNames {
  items: Record<string, unknown>[] = [];

  answer(call: string): unknown {
    switch (call) {
      case 'GET /api/me/names':
        return { items: this.items, next: null };
      case 'GET /api/me/news': {
        const waiting = this.items.filter(({ state }) => state === 'held' || state === 'contested').length;
        return { names: { waiting, answered: this.items.filter(({ seen }) => seen === false).length } };
      }
      case 'POST /api/me/names/seen':
        this.items = this.items.map((one) => ({ ...one, seen: true }));
        return { ok: true };
    }
    if (!/^POST \/api\/names\/[^/]+\/contest$/.test(call)) return undefined;
    this.items = this.items.map((one) => ({ ...one, state: 'contested' }));
    return this.items[0];
  }

  /** Somebody wishes for a title: one with `微信` is refused, one with `秒返` waits. */
  wish(subject: string, text: string): 'passed' | 'held' | 'refused' {
    const state = text.includes('微信') ? 'refused' : text.includes('秒返') ? 'held' : 'passed';
    const category = state === 'refused' ? 'contact_baiting' : 'fraud';
    const at = new Date().toISOString();
    const name = {
      id: randomUUID(),
      of: 'title',
      subject,
      text,
      state,
      category,
      reason: null,
      at,
      seen: true,
    };
    this.items = state === 'passed' ? [] : [name];
    return state;
  }
}
