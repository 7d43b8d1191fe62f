import type { Broadcast } from '@weir/look/broadcast.ts';

/** The address of a broadcast's one-frame film; undefined where there is nothing to see. */
export function filmUrl(broadcast: Broadcast): string | undefined {
  if (broadcast.gate.media.mode === 'closed' || broadcast.kind === 'audio') return undefined;
  return broadcast.poster ?? undefined;
}

/** An element that begins to load its film at once, in the document or not. */
export function makeFilm(url: string): HTMLVideoElement {
  const film = document.createElement('video');
  film.className = 'poster-video';
  film.muted = true;
  film.playsInline = true;
  film.preload = 'auto';
  film.tabIndex = -1;
  film.setAttribute('aria-hidden', 'true');
  film.src = url;
  return film;
}
