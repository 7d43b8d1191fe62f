import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, type Log, Problem } from '@weir/kit';
import type { Outlet, Release } from '../../packet.ts';
import { GONE, sendMedia, sendPlaylist, sendPreflight, sendProblem } from './answer.ts';
import { Audience, type Authorize } from './audience.ts';
import { LIMITS, type Limits } from './limits.ts';
import { mediaPlaylist, multivariantPlaylist, renditionReport } from './playlist.ts';
import { readReload } from './reload.ts';
import type { Rendition } from './rendition.ts';
import { Sending } from './sending.ts';
import { Stream } from './stream.ts';
import { Waits } from './waits.ts';

export type OriginOptions = {
  readonly clock: Clock;
  readonly broadcast: string;
  readonly epoch: number;
  readonly log: Log;
  readonly limits?: Partial<Limits>;
  /** Whether this request came by HTTP/2, seen through a trusted proxy too; only then low latency is offered. */
  readonly lowLatency?: (req: IncomingMessage) => boolean;
};

const PATH = /^(\d{1,15})\/(?:([va])\/)?([\w-]{1,64}\.(?:m3u8|m4s|mp4))$/;

/** Serves one broadcast by HLS under `/hls/{id}/{epoch}/`; sees only what the gate lets out. */
export class HlsOrigin implements Outlet {
  readonly #options: OriginOptions;
  readonly #limits: Limits;
  readonly #audience: Audience;
  readonly #waits: Waits;
  readonly #sending: Sending;
  readonly #playlists = new Map<string, string>();
  #stream: Stream;
  #epoch: number;
  #cut = false;
  /** Highest epoch that ended by a cut; its addresses say so for as long as this process lives. */
  #cutEpoch = -1;

  constructor(options: OriginOptions) {
    const { clock } = options;
    this.#options = options;
    this.#limits = { ...LIMITS, ...options.limits };
    this.#audience = new Audience(clock, this.#limits.sessions);
    this.#waits = new Waits(clock, this.#limits.waiting);
    this.#sending = new Sending(clock, this.#limits.sending, this.#limits.sendingMs);
    this.#epoch = options.epoch;
    this.#stream = this.#newStream();
  }

  write(release: Release): void {
    if (this.#cut) return;
    const before = this.#stream.version;
    this.#stream.write(release);
    if (this.#stream.version !== before) this.#changed();
  }

  /**
   * Answers one request. `rest` is the path after `/hls/{id}/`; the token is the query's `t`.
   * `authorize` is asked once a session and may throw `Problem`.
   */
  handle(req: IncomingMessage, res: ServerResponse, rest: string, authorize: Authorize): void {
    try {
      if (req.method === 'OPTIONS') sendPreflight(res);
      else if (req.method === 'GET' || req.method === 'HEAD') this.#answer(req, res, rest, authorize);
      else throw new Problem('bad_request', 'Only GET and HEAD');
    } catch (why) {
      if (!(why instanceof Problem)) this.#options.log.error({ why }, 'HLS request failed');
      this.#refuse(res, why instanceof Problem ? why : new Problem('internal'));
    }
  }

  /** HLS viewers whose player has asked for a playlist within the last `withinMs`. */
  sessions(withinMs: number): number {
    return this.#audience.count(withinMs);
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** Requests held open now. */
  get waiting(): number {
    return this.#waits.size;
  }

  /** Ends one viewer's session: its polls are refused, the waiting ones at once. */
  revoke(session: string): void {
    this.#audience.revoke(session);
    this.#waits.refuse(new Problem('bad_token', 'This session was ended'), session);
  }

  /**
   * Every path of this epoch answers 410 from now on; waiting requests are answered so, running ones are reset.
   * Nothing of the media is kept. `lastWriteAt`, `lastResetAt` are wall times in ms.
   */
  cut(): { sessions: number; lastWriteAt: number | null; lastResetAt: number | null } {
    const sessions = this.sessions(10_000);
    this.#cut = true;
    this.#cutEpoch = this.#epoch;
    const { lastWriteAt, lastResetAt } = this.#sending.reset();
    this.#waits.refuse(new Problem('broadcast_cut'));
    this.#audience.clear();
    this.#playlists.clear();
    this.#stream = this.#newStream();
    return { sessions, lastWriteAt, lastResetAt };
  }

  /** Begins a new epoch: after a restore, and when an ended broadcast goes live again. */
  renew(epoch: number): void {
    this.#waits.refuse(new Problem('epoch_over'));
    this.#epoch = epoch;
    this.#cut = false;
    this.#playlists.clear();
    this.#stream = this.#newStream();
  }

  /** The broadcast is over: players come to an end instead of waiting. */
  end(): void {
    if (this.#cut || this.#stream.ended) return;
    this.#stream.end();
    this.#changed();
  }

  /** The last key frame behind the gate as a file of its own, or null where there is none. */
  poster(): Buffer | null {
    return this.#cut ? null : this.#stream.poster();
  }

  #newStream(): Stream {
    const { clock, log } = this.#options;
    return new Stream(clock, log, this.#limits, randomBytes(32));
  }

  #changed(): void {
    this.#playlists.clear();
    this.#waits.wake();
    this.#sending.expire();
  }

  #refuse(res: ServerResponse, why: Problem): void {
    sendProblem(res, why, why.code === 'broadcast_cut' ? GONE : 'no-store');
  }

  #answer(req: IncomingMessage, res: ServerResponse, rest: string, authorize: Authorize): void {
    const [, epochText, branch, file] = PATH.exec(rest.split('?', 1)[0] ?? '') ?? [];
    if (this.#cut) throw new Problem('broadcast_cut');
    const epoch = Number(epochText);
    if (epoch <= this.#cutEpoch) throw new Problem('broadcast_cut');
    if (epoch < this.#epoch) throw new Problem('epoch_over');
    // What has ended may go live again, under the next epoch.
    if (epoch > this.#epoch && this.#stream.ended)
      throw new Problem('not_ready', 'It has not begun again yet');
    if (epoch !== this.#epoch || file === undefined) throw new Problem('not_found');
    const rendition = branch === 'v' ? this.#stream.video : this.#stream.audio;
    if (file === 'index.m3u8') this.#answerPlaylist(req, res, branch ? rendition : undefined, authorize);
    else if (branch && !file.endsWith('.m3u8')) this.#answerStored(res, rendition, file);
    else throw new Problem('not_found');
  }

  #answerPlaylist(
    req: IncomingMessage,
    res: ServerResponse,
    rendition: Rendition | undefined,
    authorize: Authorize,
  ): void {
    const query = new URL(req.url ?? '', 'http://edge').searchParams;
    const token = query.get('t');
    const session = this.#audience.admit(token, authorize);
    const tail = token === null ? '' : `?t=${encodeURIComponent(token)}`;
    const stream = this.#stream;
    if (!rendition) {
      const answer = (): void => sendPlaylist(res, multivariantPlaylist(stream, tail));
      this.#wait(res, session, () => stream.ready, answer, this.#limits.firstSegmentMs);
      return;
    }
    const lowLatency = this.#options.lowLatency?.(req) ?? req.httpVersionMajor >= 2;
    const reload = lowLatency && !stream.ended ? readReload(query, rendition) : undefined;
    const ready = (): boolean => rendition.segments.length > 0 && (stream.ended || (reload?.() ?? true));
    const answer = (): void => sendPlaylist(res, this.#playlist(stream, rendition, lowLatency, tail));
    const patienceMs = reload ? stream.targets.targetS * 3_000 : this.#limits.firstSegmentMs;
    this.#wait(res, session, ready, answer, patienceMs);
  }

  #wait(
    res: ServerResponse,
    session: string | undefined,
    ready: () => boolean,
    answer: () => void,
    forMs: number,
  ): void {
    this.#waits.add({ res, session, ready, answer, refuse: (why) => this.#refuse(res, why) }, forMs);
  }

  /** Rendered once for all viewers; only the report on the other rendition differs by token. */
  #playlist(stream: Stream, rendition: Rendition, lowLatency: boolean, tail: string): string {
    const key = `${rendition.track} ${lowLatency}`;
    let body = this.#playlists.get(key);
    if (body === undefined) {
      body = mediaPlaylist(rendition, stream, lowLatency);
      this.#playlists.set(key, body);
    }
    if (!lowLatency || stream.ended) return body;
    const [other, branch] = rendition === stream.video ? [stream.audio, 'a'] : [stream.video, 'v'];
    return body + renditionReport(other, `../${branch}/index.m3u8${tail}`);
  }

  /** Sends what is there; a part that a playlist has hinted at is waited for. */
  #answerStored(res: ServerResponse, rendition: Rendition, file: string): void {
    const type = rendition.track === 'video' ? 'video/mp4' : 'audio/mp4';
    const send = (): void => {
      const stored = rendition.stored.get(file);
      if (!stored) this.#refuse(res, new Problem('not_found'));
      else if (this.#sending.begin(res)) sendMedia(res, stored, type);
      else this.#refuse(res, new Problem('busy'));
    };
    const stream = this.#stream;
    const hinted = file === `${rendition.nextPart}.m4s`;
    const ready = (): boolean => !hinted || rendition.stored.has(file) || stream.ended;
    this.#wait(res, undefined, ready, send, stream.targets.targetS * 3_000);
  }
}
