import type { Broadcast } from '@weir/look/broadcast.ts';
import { api } from '../api.ts';
import { filmUrl, makeFilm } from './film.ts';
import { inOrder } from './order.ts';

export type LivePage = { items: Broadcast[]; next?: string | null };

/** Cards that a phone shows without scrolling. */
export const FIRST = 3;

let asked: Promise<LivePage> | undefined;
let page: LivePage | undefined;
/** At most `FIRST`, each until its card takes it. */
const films = new Map<string, HTMLVideoElement>();

/** What is live now, as the API lists it; the first time what was asked early, if anything was. */
export function listLive(signal?: AbortSignal): Promise<LivePage> {
  const early = asked;
  asked = undefined;
  return early ?? api.get<LivePage>('/api/broadcasts?state=live', signal);
}

/**
 * Asks for what the lobby shows first while the script that shows it is still on its way. Where nothing comes of it the
 * lobby asks by itself and says what is wrong.
 */
export async function askEarly(): Promise<void> {
  const answer = listLive();
  asked = answer;
  page = await answer.catch(() => undefined);
}

/** The list asked for early, where it is there already: once, for the page's first view. */
export function takePage(): LivePage | undefined {
  const taken = page;
  if (taken) asked = undefined;
  page = undefined;
  return taken;
}

/** Begins to load the first cards' films: once nothing that is needed sooner is on its way. */
export function loadFilms(): void {
  for (const broadcast of inOrder(page?.items ?? [], []).slice(0, FIRST)) {
    const url = filmUrl(broadcast);
    if (url) films.set(url, makeFilm(url));
  }
}

/** A film that is perhaps loaded already, else a new one. */
export function takeFilm(url: string): HTMLVideoElement {
  const film = films.get(url) ?? makeFilm(url);
  films.delete(url);
  return film;
}
