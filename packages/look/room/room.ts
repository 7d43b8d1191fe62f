import { ATTEMPTS_MOST, backoffMs } from '../backoff.ts';
import type { Gate } from '../broadcast.ts';
import { type Clock, pageClock } from '../clock.ts';
import { Store } from '../store.ts';
import { type Allowance, type Message, type RefusedCode, type RoomEvent, readEvents } from './event.ts';
import { type Line, loseSending, putByTime, putLine, replaceLine } from './lines.ts';
import { type Contest, isOfTheMoment, type Own } from './own.ts';

export type RoomView = {
  lines: readonly Line[];
  connected: boolean;
  slowMs: number;
  online: number | undefined;
  /** How many messages one may still send before `renewsAt`, wall ms; undefined where the room did not say. */
  allowance: { left: number; renewsAt: number } | undefined;
  /** The last text that was not taken, for the box, with why. */
  returned: Returned | undefined;
  /** One may not speak here, until when and why. */
  mute: Muted | undefined;
  /** So many messages of one's own were shown to nobody else since then (ISO), as one is told now. */
  alone: { count: number; since: string } | undefined;
};

/** A mute: until when (ISO; null: until somebody lifts it), why, and by which refusal it may be contested. */
export type Muted = {
  until: string | null;
  reason: string | undefined;
  id: string | undefined;
  contest?: Contest;
};

/** A text that comes back to the box: why, and from when on it may be tried again, wall ms. */
export type Returned = { key: string; text: string; code: RefusedCode; againAt: number };

/** What a page knows before it is in a room. */
export const NO_ROOM: RoomView = {
  lines: [],
  connected: false,
  slowMs: 0,
  online: undefined,
  allowance: undefined,
  returned: undefined,
  mute: undefined,
  alone: undefined,
};

/** What the room tells the rest of the page. */
export type RoomListener = {
  onMessage?(message: Message, fresh: boolean): void;
  onRecall?(id: string): void;
  onGate?(gate: Gate): void;
  onCut?(reason: string, clause: string | undefined): void;
  onOnline?(n: number): void;
  /** Messages of one's own were shown to nobody else; a page that was opened since does not have them. */
  onAlone?(): void;
  /** The socket broke without a word: perhaps a cut. */
  onBroken?(): void;
};

export type RoomOptions = {
  /** The room's URL, with a play token that may still begin. */
  url: () => Promise<string>;
  me: { id: string; nickname: string } | undefined;
  listener: RoomListener;
  clock?: Clock;
  /** Makes sockets; tests pass their own. */
  connect?: (url: string) => WebSocket;
  random?: () => number;
};

const CUT_CODE = 4410;
/** History is told in the same burst as `hello`; later messages are fresh. */
const FRESH_MS = 5_000;

/**
 * A place in a room. Reconnects with back-off and resumes at the last offset, so that nothing is missed or
 * doubled. A cut ends it for good, until somebody makes another.
 */
export class Room {
  readonly store = new Store<RoomView>(NO_ROOM);
  readonly #options: RoomOptions;
  readonly #clock: Clock;
  #socket: WebSocket | undefined;
  #retry: { cancel(): void } | undefined;
  #offset: number | undefined;
  #attempts = 0;
  #ref = 0;
  #cut = false;
  #closed = false;

  constructor(options: RoomOptions) {
    this.#options = options;
    this.#clock = options.clock ?? pageClock;
  }

  open(): void {
    void this.#connect();
  }

  close(): void {
    this.#closed = true;
    this.#retry?.cancel();
    this.#socket?.close();
    this.#socket = undefined;
  }

  /** The broadcast was cut, as somebody else has heard: no more attempts. What was said stays in the list. */
  halt(): void {
    this.#cut = true;
    this.#retry?.cancel();
  }

  /** Sends a message; it stands in the list as `sending` at once. False while there is no connection. */
  send(text: string): boolean {
    const { me } = this.#options;
    if (!me || this.#socket?.readyState !== WebSocket.OPEN) return false;
    const ref = `r${++this.#ref}`;
    const now = this.#clock.now();
    this.#put({
      key: ref,
      id: undefined,
      user: me,
      text,
      ts: new Date(now).toISOString(),
      offset: this.#offset ?? 0,
      own: { state: 'sending' },
    });
    this.#socket.send(JSON.stringify({ t: 'send', ref, text }));
    return true;
  }

  /** Puts one's own messages of before in, those that were held or refused: what a person answered is not lost. */
  remember(lines: readonly Line[]): void {
    const known = this.store.get().lines;
    const fresh = lines.filter(({ id }) => !known.some((one) => one.id === id));
    this.store.patch({ lines: fresh.reduce(putByTime, known) });
  }

  /** The notice was read. */
  dismissAlone(): void {
    this.store.patch({ alone: undefined });
  }

  /** Lets the box come back, to try whether one may speak again. */
  forgetMute(): void {
    this.store.patch({ mute: undefined });
  }

  /** Notes how far the contest of one's own message is. */
  contested(id: string, contest: Contest): void {
    const { mute } = this.store.get();
    if (mute?.id === id)
      this.store.patch({ mute: contest.state === 'overturned' ? undefined : { ...mute, contest } });
    const line = this.store.get().lines.find((one) => one.id === id);
    if (line?.own) this.#replace({ ...line, own: { ...line.own, contest } });
  }

  async #connect(): Promise<void> {
    this.#retry = undefined;
    if (this.#closed || this.#cut) return;
    let url: string;
    try {
      url = await this.#options.url();
    } catch {
      return this.#again();
    }
    if (this.#closed) return;
    const make = this.#options.connect ?? ((to: string) => new WebSocket(to, 'weir.room.1'));
    const socket = make(url);
    this.#socket = socket;
    const current = (): boolean => this.#socket === socket;
    socket.addEventListener('open', () => {
      if (current() && this.#offset !== undefined)
        socket.send(JSON.stringify({ t: 'resume', offset: this.#offset }));
    });
    socket.addEventListener('message', (event) => {
      if (current() && typeof event.data === 'string') this.#read(readEvents(event.data));
    });
    socket.addEventListener('close', (event) => {
      if (current()) this.#gone(event.code);
    });
  }

  #gone(code: number): void {
    this.#socket = undefined;
    this.store.patch({ connected: false, lines: loseSending(this.store.get().lines) });
    if (this.#closed) return;
    if (code === CUT_CODE) {
      if (!this.#cut) this.#options.listener.onCut?.('other', undefined);
      this.#cut = true;
      return;
    }
    this.#options.listener.onBroken?.();
    this.#again();
  }

  #again(): void {
    if (this.#closed || this.#cut || this.#attempts >= ATTEMPTS_MOST) return;
    const waitMs = backoffMs(this.#attempts++, this.#options.random);
    this.#retry = this.#clock.after(waitMs, () => void this.#connect());
  }

  #read(events: RoomEvent[]): void {
    for (const event of events) this.#take(event);
  }

  #take(event: RoomEvent): void {
    const { listener } = this.#options;
    switch (event.t) {
      case 'hello':
        this.#attempts = 0;
        this.store.patch({ connected: true, online: event.online });
        this.#allowance(event);
        listener.onOnline?.(event.online);
        break;
      case 'msg':
        this.#message(event);
        break;
      case 'recall':
        this.store.patch({ lines: this.store.get().lines.filter((line) => line.id !== event.id) });
        listener.onRecall?.(event.id);
        break;
      case 'gate':
        listener.onGate?.({ media: event.media, messages: event.messages });
        break;
      case 'cut':
        this.#cut = true;
        listener.onCut?.(event.reason, event.clause ?? undefined);
        break;
      case 'online':
        this.store.patch({ online: event.n });
        listener.onOnline?.(event.n);
        break;
      case 'slow':
        this.store.patch({ slowMs: event.ms });
        break;
      case 'ack':
        this.#allowance(event);
        this.store.patch({ mute: undefined });
        this.#own(event.ref, event.id, { state: event.state, ...pick(event.category) });
        break;
      case 'refused':
        this.#refused(event);
        break;
      case 'notice':
        this.store.patch({ alone: { count: event.ids.length, since: event.since } });
        listener.onAlone?.();
        break;
      case 'contest':
        this.contested(event.id, { state: event.outcome, ...(event.note ? { note: event.note } : {}) });
        break;
    }
  }

  #message(message: Message): void {
    const { id, user, text, ts, offset } = message;
    const { lines } = this.store.get();
    const known = lines.find((line) => line.id === id);
    // History and a replay may overlap.
    if (known && known.own?.state !== 'held' && known.own?.state !== 'sending') return;
    this.#offset = Math.max(this.#offset ?? 0, offset);
    const mine =
      known ??
      lines.find((line) => line.own?.state === 'sending' && line.user.id === user.id && line.text === text);
    if (mine) this.#replace({ key: mine.key, id, user, text, ts, offset, own: { state: 'shown' } });
    else this.#put({ key: id, id, user, text, ts, offset });
    const fresh = this.#clock.now() - Date.parse(ts) < FRESH_MS;
    this.#options.listener.onMessage?.(message, fresh);
  }

  #refused(event: Extract<RoomEvent, { t: 'refused' }>): void {
    const { ref, id, code, waitMs = 0 } = event;
    const { lines } = this.store.get();
    const line = lines.find((one) => one.key === ref || (id !== undefined && one.id === id));
    if (!line) return;
    // A person's refusal of what was held: it left the box long ago. A mute may end before its term.
    if (line.own?.state === 'sending')
      this.store.patch({
        returned: {
          key: line.key,
          text: line.text,
          code,
          againAt: code === 'muted' ? 0 : this.#clock.now() + waitMs,
        },
      });
    if (code === 'muted')
      this.store.patch({ mute: { until: event.until ?? null, reason: event.reason ?? event.category, id } });
    if (code === 'rate') this.#allowance({ left: 0, renewMs: waitMs });
    // What was shown is refused only by a word that comes later, without an answer's ref.
    if (ref === undefined)
      this.#replace({
        ...line,
        own: { state: 'refused', code, ...pick(event.category ?? event.reason) },
      });
    else if (isOfTheMoment(code)) this.store.patch({ lines: lines.filter((one) => one !== line) });
    else this.#own(line.key, id, { state: 'refused', code, ...pick(event.category ?? event.reason) });
  }

  #allowance({ left, renewMs = 0 }: Allowance): void {
    if (left !== undefined) this.store.patch({ allowance: { left, renewsAt: this.#clock.now() + renewMs } });
  }

  #own(ref: string, id: string | undefined, own: Own): void {
    const line = this.store.get().lines.find((one) => one.key === ref);
    // The message itself may come before its acknowledgement.
    if (line && line.own?.state !== 'shown') this.#replace({ ...line, id: id ?? line.id, own });
  }

  #put(line: Line): void {
    this.store.patch({ lines: putLine(this.store.get().lines, line) });
  }

  #replace(line: Line): void {
    this.store.patch({ lines: replaceLine(this.store.get().lines, line) });
  }
}

const pick = (category: string | undefined): { category?: string } => (category ? { category } : {});
