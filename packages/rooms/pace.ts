import type { Clock } from '@weir/kit';
import type { Allowance } from './event.ts';
import { MAX_SPEAKERS } from './limits.ts';

/** One person's latest messages: times of admission within the window, newest last. */
type Speaker = { sentAt: number[]; triedAt: number; text: string; times: number };

export type PaceRefusal = { code: 'rate' | 'slow'; waitMs: number; why: string };

/** Window of the per-person limit and of repeated texts. */
const WINDOW_MS = 10_000;
/** Times that one person may say the same within the window. */
const SAME_TEXT = 2;
/** How often a room's load is looked at. */
const LOOK_MS = 1_000;
/** Calm time after which the pause of a hot room is halved. */
const CALM_MS = 5_000;
/** Longest pause that load alone may demand. */
const MAX_PAUSE_MS = 60_000;
/** Share of a second's budget kept for those who have not spoken in the window. */
const RESERVE = 0.25;

/**
 * Who may speak now. Per person: so many messages in 10 s, slow mode, no third repetition. Per room: where more is
 * said in a second than the budget, everybody's pause becomes (persons speaking) / (budget), so that the budget is
 * shared by persons and not by who sends most; it is halved after each 5 s of calm. Whoever was silent goes first.
 */
export class Pace {
  readonly #clock: Clock;
  readonly #perPerson: number;
  readonly #perSecond: number;
  readonly #speakers = new Map<string, Speaker>();
  #tokens: number;
  #tokensAt: number;
  #tried = 0;
  #lookedAt: number;
  #calmAt = 0;
  #pauseMs = 0;

  constructor(clock: Clock, limits: { messagesPerPerson: number; messagesPerSecond: number }) {
    this.#clock = clock;
    this.#perPerson = limits.messagesPerPerson;
    this.#perSecond = limits.messagesPerSecond;
    this.#tokens = limits.messagesPerSecond;
    this.#tokensAt = this.#lookedAt = clock.mono();
  }

  /** Pause in ms that the room's load demands of each person now. */
  get pauseMs(): number {
    return this.#pauseMs;
  }

  /** Admits one message of `user` and counts it, or says why not; `slowMs` is the room's slow mode. */
  admit(user: string, text: string, slowMs: number): PaceRefusal | undefined {
    const now = this.#clock.mono();
    this.#tried++;
    if (now - this.#lookedAt >= LOOK_MS) this.look();
    const speaker = this.#speaker(user, now);
    speaker.triedAt = now;
    const last = speaker.sentAt.at(-1);
    const pauseMs = Math.max(slowMs, this.#pauseMs);
    if (last !== undefined && now - last < pauseMs)
      return { code: 'slow', waitMs: Math.ceil(pauseMs - (now - last)), why: 'The room is in slow mode' };
    while ((speaker.sentAt[0] ?? now) <= now - WINDOW_MS) speaker.sentAt.shift();
    if (this.#perPerson > 0) {
      const first = speaker.sentAt[0] ?? now;
      const waitMs = Math.ceil(WINDOW_MS - (now - first));
      if (speaker.sentAt.length >= this.#perPerson) return { code: 'rate', waitMs, why: 'Too many messages' };
      if (speaker.sentAt.length > 0 && speaker.text === text && speaker.times >= SAME_TEXT)
        return { code: 'rate', waitMs, why: 'The same text again' };
    }
    if (!this.#spend(speaker.sentAt.length > 0, now))
      return { code: 'slow', waitMs: LOOK_MS, why: 'The room is very busy' };
    speaker.sentAt.push(now);
    if (this.#perPerson === 0 && speaker.sentAt.length > 1) speaker.sentAt.shift();
    speaker.times = speaker.sentAt.length > 1 && speaker.text === text ? speaker.times + 1 : 1;
    speaker.text = text;
    return;
  }

  /** How many messages this person may still send now, and in how many ms more; undefined without a limit. */
  allowance(user: string): Allowance | undefined {
    const speaker = this.#speakers.get(user);
    if (this.#perPerson === 0) return undefined;
    if (!speaker) return { left: this.#perPerson, renewMs: 0 };
    const now = this.#clock.mono();
    const recent = speaker.sentAt.filter((at) => at > now - WINDOW_MS);
    const [first] = recent;
    return {
      left: Math.max(0, this.#perPerson - recent.length),
      renewMs: first === undefined ? 0 : Math.ceil(WINDOW_MS - (now - first)),
    };
  }

  /** Looks at the load of the last second; called by itself while messages come, and by the room while it is slow. */
  look(): void {
    const now = this.#clock.mono();
    const seconds = Math.max(1, (now - this.#lookedAt) / 1000);
    const rate = this.#tried / seconds;
    this.#tried = 0;
    this.#lookedAt = now;
    let speaking = 0;
    for (const [user, speaker] of this.#speakers) {
      if (speaker.triedAt > now - WINDOW_MS) speaking++;
      else if ((speaker.sentAt.at(-1) ?? 0) < now - MAX_PAUSE_MS) this.#speakers.delete(user);
    }
    if (this.#perSecond === 0) return;
    if (rate > this.#perSecond) {
      const fair = Math.ceil(speaking / this.#perSecond) * 1000;
      this.#pauseMs = Math.min(MAX_PAUSE_MS, Math.max(this.#pauseMs, fair));
      this.#calmAt = now;
    } else if (this.#pauseMs > 0 && now - this.#calmAt >= CALM_MS) {
      this.#pauseMs = this.#pauseMs > 1000 ? Math.ceil(this.#pauseMs / 2000) * 1000 : 0;
      this.#calmAt = now;
    }
  }

  #speaker(user: string, now: number): Speaker {
    let speaker = this.#speakers.get(user);
    if (!speaker) {
      if (this.#speakers.size >= MAX_SPEAKERS) {
        const [oldest] = this.#speakers.keys();
        if (oldest !== undefined) this.#speakers.delete(oldest);
      }
      speaker = { sentAt: [], triedAt: now, text: '', times: 0 };
      this.#speakers.set(user, speaker);
    }
    return speaker;
  }

  #spend(spokeLately: boolean, now: number): boolean {
    if (this.#perSecond === 0) return true;
    const gained = ((now - this.#tokensAt) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#perSecond, this.#tokens + gained);
    this.#tokensAt = now;
    if (this.#tokens < (spokeLately ? 1 + this.#perSecond * RESERVE : 1)) return false;
    this.#tokens--;
    return true;
  }
}
