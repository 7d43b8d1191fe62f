import type { BroadcastState, GateSetting } from '../broadcast.ts';

/** What the player is doing, as its element says in `data-weir-state`. */
export type PlayerState =
  | 'idle'
  | 'connecting'
  | 'muted'
  | 'playing'
  | 'delayed'
  | 'waiting'
  | 'interrupted'
  | 'stalled'
  | 'age_gated'
  | 'closed'
  | 'cut'
  | 'ended'
  | 'unsupported';

const CALM: ReadonlySet<PlayerState> = new Set(['muted', 'playing', 'delayed', 'cut']);
/** Nothing is expected to change soon. */
export const isCalm = (state: PlayerState): boolean => CALM.has(state);

/** Everything that decides the state. */
export type Facts = {
  readonly broadcast: BroadcastState | undefined;
  readonly gate: GateSetting | undefined;
  /** Told by the room before the API says so. */
  readonly cut: boolean;
  readonly ageGated: boolean;
  readonly unsupported: boolean;
  /** The viewer stopped it, or the browser did not let it begin. */
  readonly paused: boolean;
  /** none: no connection wanted · connecting: nothing shown yet · moving · still: nothing new to show */
  readonly media: 'none' | 'connecting' | 'moving' | 'still';
  /** True while the picture is Weir's stand-in; undefined where this transport cannot tell. */
  readonly slate: boolean | undefined;
  readonly muted: boolean;
};

/**
 * The one state of a player. What forbids comes first, then what the publisher and the gate do, then the
 * connection, then the sound. A picture still on its way through a delay is shown although the publisher
 * has gone meanwhile: only the stand-in, or nothing moving, makes it `interrupted`.
 */
export function playerState(facts: Facts): PlayerState {
  const { broadcast, gate, media, slate } = facts;
  if (facts.cut || broadcast === 'cut') return 'cut';
  if (facts.ageGated) return 'age_gated';
  if (facts.unsupported) return 'unsupported';
  if (gate?.mode === 'closed' && (broadcast === 'live' || broadcast === 'interrupted')) return 'closed';
  const shown = media === 'moving' && slate !== true;
  if (!shown || slate === undefined) {
    if (broadcast === 'ended' && !shown) return 'ended';
    if (broadcast === 'interrupted') return 'interrupted';
  }
  if (broadcast === 'created' && !shown) return 'idle';
  if (facts.paused) return 'idle';
  if (shown) {
    if (gate?.mode === 'delay' || gate?.mode === 'review') return 'delayed';
    return facts.muted ? 'muted' : 'playing';
  }
  if (gate?.mode === 'review' || gate?.mode === 'delay') return media === 'none' ? 'connecting' : 'waiting';
  // The stand-in under an open gate: the picture is on its way, whatever was before.
  if (media === 'moving') return 'waiting';
  return media === 'still' ? 'stalled' : 'connecting';
}

/** States whose picture is of the broadcast and may be seen; in all others the player is dark. */
export const SHOWING: ReadonlySet<PlayerState> = new Set(['muted', 'playing', 'delayed', 'stalled']);
