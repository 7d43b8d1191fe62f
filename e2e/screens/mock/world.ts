import { randomUUID } from 'node:crypto';
import type { Broadcast, Certificate, Gate, GateMode, Person } from '@weir/look/broadcast.ts';
import type { Message, RoomEvent } from '@weir/look/room/event.ts';
import type { WebSocket } from 'ws';
import { Loop } from './loop.ts';
import { Staff } from './staff.ts';
import { Talk } from './talk.ts';

export const PEOPLE = ['viewer', 'publisher', 'reviewer', 'admin'].map((role, i) => ({
  id: `00000000-0000-7000-8000-00000000000${i}`,
  nickname: ['青瓷', '晨间窑口', '审核 07', '管理'][i] ?? role,
  roles: ['viewer', 'publisher', 'reviewer', 'admin'].slice(0, i + 1),
  account: `demo-${role}`,
}));

const MODES: Record<GateMode, Gate> = {
  open: both('open', 0, 'category:chat'),
  delay: both('delay', 8000, 'category:performance'),
  review: both('review', 0, 'category:news'),
  closed: both('closed', 0, 'order'),
};

function both(mode: GateMode, delayMs: number, rule: string): Gate {
  return { media: { mode, delayMs, rule }, messages: { mode, delayMs, rule } };
}

/** One broadcast of the world with its room and its stream. */
export class Show {
  readonly loop: Loop;
  readonly sockets = new Set<WebSocket>();
  readonly messages: Message[] = [];
  /** Ids of messages that were refused and not answered since. */
  readonly refused: string[] = [];
  readonly about: Broadcast;
  readonly staff: Staff;
  readonly talk = new Talk();

  constructor(number: number, clip: string, title: string, mode: GateMode, kind: 'video' | 'audio') {
    this.loop = new Loop(clip);
    this.staff = new Staff(this.loop.packets);
    this.about = {
      id: `00000000-0000-7000-8000-0000000${number}`.padEnd(36, '0'),
      number,
      title,
      kind,
      category: ['chat', 'education', 'performance', 'news', 'shopping'][number % 5] ?? 'chat',
      publisher: PEOPLE[1] ?? { id: '', nickname: '' },
      state: 'live',
      startedAt: '2026-11-24T01:12:05.000Z',
      viewers: (number * 7919) % 40_000,
      gate: MODES[mode],
      slowMs: 0,
      rehearsal: false,
      encoder: {
        bitrate: 1_240_000,
        fps: 25,
        keyIntervalMs: 2_000,
        driftMs: 12,
        videoCodec: 'h264',
        audioCodec: 'aac',
        width: 1280,
        height: 720,
      },
    };
    if (mode === 'closed' || mode === 'review') this.loop.slate(true);
    for (const text of ['主播早上好', '今天开的是哪一窑？', '这个颜色真好看', '声音刚好']) this.say(text);
  }

  tell(...events: RoomEvent[]): void {
    for (const socket of this.sockets) socket.send(JSON.stringify(events));
  }

  say(
    text: string,
    user: Person = {
      id: randomUUID(),
      nickname: ['阿禾', '南风', '小满', '十七'][this.messages.length % 4] ?? '',
    },
  ): Message {
    const message: Message = {
      id: randomUUID(),
      offset: this.messages.length + 1,
      user,
      text,
      ts: new Date().toISOString(),
      pts: Math.round(this.loop.at),
    };
    this.messages.push(message);
    this.tell({ t: 'msg', ...message });
    return message;
  }

  /** Takes what somebody sends: `微信` is refused, `停` comes too fast, `住口` is from somebody muted. */
  hear({ ref, text }: { ref: string; text: string }, user: Person): RoomEvent {
    const id = randomUUID();
    if (text.includes('微信')) this.refused.push(id);
    if (text.includes('微信')) return { t: 'refused', ref, id, code: 'content', category: 'contact' };
    if (text.includes('停')) return { t: 'refused', ref, code: 'rate', waitMs: 8_000 };
    if (text.includes('住口')) {
      const until = new Date(Date.now() + 600_000).toISOString();
      return { t: 'refused', ref, id, code: 'muted', until, category: 'flood', waitMs: 600_000 };
    }
    if (this.about.gate.messages.mode === 'review') return { t: 'ack', ref, id, state: 'held' };
    const left = Math.max(0, 3 - this.messages.filter((one) => one.user.id === user.id).length);
    return { t: 'ack', ref, id: this.say(text, user).id, state: 'shown', left, renewMs: 9_000 };
  }

  /** A person answers the contests of everybody in the room. */
  answer(outcome: 'stands' | 'overturned', note?: string): void {
    for (const id of this.refused.splice(0))
      this.tell({ t: 'contest', id, outcome, ...(note ? { note } : {}) });
  }

  gate(mode: GateMode): void {
    this.about.gate = MODES[mode];
    this.loop.slate(mode === 'closed' || mode === 'review');
    this.tell({ t: 'gate', ...this.about.gate });
  }

  /** Not yet live. */
  wait(): void {
    this.about.state = 'created';
    this.about.startedAt = null;
    this.about.encoder = null;
  }

  interrupt(on: boolean): void {
    this.about.state = on ? 'interrupted' : 'live';
    this.loop.slate(on);
  }

  cut(reason: string): Certificate {
    const at = new Date().toISOString();
    this.about.state = 'cut';
    this.about.cut = { reason, clause: '9.1', at };
    this.loop.reset();
    this.tell({ t: 'cut', reason, clause: '9.1' });
    for (const socket of this.sockets) socket.close(4410, 'cut');
    const edge = { viewers: 1, lastWriteAt: at, lastResetAt: at, publisherKickedAt: at };
    return {
      id: randomUUID(),
      broadcast: this.about.id,
      state: 'final',
      orderedAt: at,
      gatesClosedAt: at,
      lastWriteAt: at,
      lastResetAt: at,
      viewersCut: 1,
      edges: [{ edge: '1', state: 'confirmed', ...edge }],
      beyond: [],
    };
  }

  /** Back, and the encoder with it. */
  restore(): void {
    this.about.state = 'live';
    delete this.about.cut;
  }

  end(): void {
    this.about.state = 'ended';
    this.loop.reset();
  }

  close(): void {
    for (const socket of this.sockets) socket.terminate();
    this.loop.close();
  }
}

/** Broadcasts in every gate mode, as the demo has them. */
export function shows(): Show[] {
  return [
    new Show(8421, 'kiln', '演示·晨间窑口：今天开这一窑', 'open', 'video'),
    new Show(8422, 'tea', '演示·一壶茶的时间', 'open', 'video'),
    new Show(8423, 'sea', '演示·落日归帆（延迟 8 秒）', 'delay', 'video'),
    new Show(8424, 'lanterns', '演示·放一盏灯（先审后发）', 'review', 'video'),
    new Show(8425, 'mountains', '演示·远山日出（已关闭）', 'closed', 'video'),
    new Show(8426, 'city', '演示·城市夜色', 'open', 'video'),
    new Show(8427, 'aquarium', '演示·鱼缸里的下午', 'open', 'video'),
    new Show(8428, 'strings', '演示·夜谈电台：弦', 'open', 'audio'),
  ];
}
