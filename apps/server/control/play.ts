import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { newId } from '@weir/kit';
import { TokenSigner } from '@weir/media/token.ts';
import { Recent } from '@weir/text/recent.ts';
import type { Broadcast } from './broadcast.ts';
import type { Actor, Control } from './control.ts';

/** How long an address may be used to begin (DOORS.md, "HTTP"). */
const TOKEN_MS = 300_000;
/** Tickets remembered so that a person's running connections can be revoked: the latest of all rooms, half of it at least. */
const MAX_TICKETS = 200_000;

/** The key that signs play tokens: DATA/control/play.key, made at the first start, 0600. Edges get the public half. */
export function loadSigner(path: string): TokenSigner {
  if (existsSync(path)) return TokenSigner.load(readFileSync(path, 'utf8'));
  const signer = TokenSigner.generate();
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, signer.privatePem(), { mode: 0o600, flush: true });
  return signer;
}

/** Which viewer sessions a signed-in person was given for a broadcast. */
export class PlayTickets {
  readonly #sessions = new Recent<string, { broadcast: string; user: string }>(MAX_TICKETS);

  note(session: string, broadcast: string, user: string): void {
    this.#sessions.set(session, { broadcast, user });
  }

  of(broadcast: string, user: string): string[] {
    return [...this.#sessions.entries()]
      .filter(([, t]) => t.broadcast === broadcast && t.user === user)
      .map(([session]) => session);
  }
}

export type PlayAnswer = {
  flv: string;
  ws: string;
  hls: string;
  room: string;
  session: string;
  expiresAt: string;
};

/** Addresses to watch and talk, each with a token that the edge can check and not make. Needs no database. */
export function play(control: Control, broadcast: Broadcast, actor: Actor | undefined): PlayAnswer {
  const { clock, signer, edges, tickets } = control;
  const exp = clock.now() + TOKEN_MS;
  const s = newId();
  const base = { b: broadcast.id, s, exp };
  const who =
    actor && actor.id !== 'local'
      ? { u: { id: actor.id, nick: actor.nickname, roles: [...actor.roles] } }
      : {};
  if (actor) tickets.note(s, broadcast.id, actor.id);
  // Who watches is nobody's business at the media door; only the room needs a name.
  const t = signer.sign({ ...base, k: 'play' });
  const room = signer.sign({ ...base, k: 'room', ...who });
  const media = edges.mediaUrl(broadcast.id);
  const socket = media.replace(/^http/, 'ws');
  return {
    flv: `${media}/live/${broadcast.id}.flv?t=${t}`,
    ws: `${socket}/live/${broadcast.id}.flv?t=${t}`,
    hls: `${media}/hls/${broadcast.id}/${broadcast.epoch}/index.m3u8?t=${t}`,
    room: `${socket}/room/${broadcast.id}?t=${room}`,
    session: s,
    expiresAt: new Date(exp).toISOString(),
  };
}

/** Who leaves the desk, or is no longer staff, sees nothing more after so long: the desk asks again each second. */
const DESK_MS = 60_000;

/** Where the desk sees what a gate holds; the caller has checked that this person may. */
export function deskPreview(
  control: Control,
  broadcast: Broadcast,
  actor: Actor | undefined,
): { url: string; token: string; expiresAt: string } {
  const exp = control.clock.now() + DESK_MS;
  const who = actor ? { u: { id: actor.id, nick: actor.nickname } } : {};
  return {
    url: `${control.edges.mediaUrl(broadcast.id)}/desk/${broadcast.id}`,
    token: control.signer.sign({ b: broadcast.id, s: newId(), k: 'desk', exp, ...who }),
    expiresAt: new Date(exp).toISOString(),
  };
}

/** Posters need a token that outlives a lobby page in a background tab, and the same one for a while, so that they cache. */
const POSTER_MS = 600_000;
const MAX_POSTERS = 5_000;
const posters = new Map<string, { url: string; until: number }>();

/** Address of the latest key frame from behind the gate, as a one-frame fMP4; undefined unless live. */
export function poster(control: Control, broadcast: Broadcast): string | undefined {
  if (broadcast.kind !== 'video' || broadcast.state !== 'live' || control.tombstones.get(broadcast.id))
    return undefined;
  const now = control.clock.now();
  const media = control.edges.mediaUrl(broadcast.id);
  const known = posters.get(broadcast.id);
  if (known && known.until > now && known.url.startsWith(media)) return known.url;
  const t = control.signer.sign({ b: broadcast.id, s: newId(), k: 'play', exp: now + POSTER_MS });
  const url = `${media}/poster/${broadcast.id}.mp4?t=${t}`;
  posters.delete(broadcast.id);
  posters.set(broadcast.id, { url, until: now + POSTER_MS / 2 });
  if (posters.size > MAX_POSTERS)
    for (const [oldest] of posters) {
      posters.delete(oldest);
      break;
    }
  return url;
}
