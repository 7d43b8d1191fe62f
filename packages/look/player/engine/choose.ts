import type { PlayTicket } from '../../broadcast.ts';
import type { Engine, EngineEvents, Transport } from './engine.ts';

/**
 * Starts the best transport that this browser has and that is not in `without`: HTTP-FLV, then hls.js, then
 * native HLS. `canPlayType` is asked last, because browsers say `maybe` to HLS that they do not play live.
 * Player code is loaded only here. Undefined where nothing is left.
 */
export async function startBest(
  video: HTMLVideoElement,
  ticket: PlayTicket,
  events: EngineEvents,
  without: ReadonlySet<Transport>,
): Promise<Engine | undefined> {
  if (!without.has('flv')) {
    const { canPlayFlv, startFlv } = await import('./flv.ts');
    if (canPlayFlv()) return startFlv(video, ticket.flv, events);
  }
  if (!without.has('hls')) {
    const { canPlayHls, startHls } = await import('./hls.ts');
    if (canPlayHls()) return startHls(video, ticket.hls, events);
  }
  if (!without.has('native') && video.canPlayType('application/vnd.apple.mpegurl') !== '') {
    const { startNative } = await import('./native.ts');
    return startNative(video, ticket.hls, events);
  }
  return undefined;
}

/** Loads the code of the first transport ahead of its use, while a person is still choosing. */
export function warmPlayer(): void {
  void import('./flv.ts').catch(() => undefined);
}
