import type { Clock, Timer } from '@weir/kit';
import type { Packet } from '@weir/media';

/** How far ahead of the clock frames are sent, and how often. */
const STEP_MS = 40;

/**
 * Sends a clip's packets in real time, round after round, on one timeline that goes on.
 * Configuration packets go out once.
 */
export function loop(
  clip: readonly Packet[],
  clock: Clock,
  send: (packet: Packet, timeMs: number) => void,
): Timer {
  const configs = clip.filter(({ role }) => role === 'config');
  const frames = clip.filter(({ role }) => role !== 'config');
  const first = frames[0]?.dts ?? 0;
  const last = frames.at(-1)?.dts ?? 0;
  // The loop closes where the next frame would have stood.
  const lengthMs = Math.max(1_000, Math.round((last - first + STEP_MS) / 1_000) * 1_000);
  for (const packet of configs) send(packet, 0);
  const startedAt = clock.mono();
  let next = 0;
  let round = 0;
  return clock.every(STEP_MS, () => {
    const elapsed = clock.mono() - startedAt;
    // One round at most in a turn: after a pause of the machine the rest follows in the next.
    for (let sent = 0; sent < frames.length; sent++) {
      const packet = frames[next];
      if (!packet) return;
      const timeMs = packet.dts - first + round * lengthMs;
      if (timeMs > elapsed) return;
      send(packet, timeMs);
      next = (next + 1) % frames.length;
      if (next === 0) round++;
    }
  });
}
