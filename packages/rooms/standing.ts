import type { GatePair, GateSetting, RoomSettings } from './record.ts';

/** What stands of a room whether anybody is in it or not. */
export type Standing = {
  settings: RoomSettings | undefined;
  /** The lease is lost: nothing passes, sockets stay. */
  suspended: boolean;
  cut: { reason: string; clause: string | null } | undefined;
};

const CLOSED: GateSetting = { mode: 'closed', delayMs: 0, rule: 'lease' };

/** The gates as people in the room are told of them. */
export function gateOf({ settings, suspended }: Standing): GatePair {
  return settings && !suspended ? settings.gate : { media: CLOSED, messages: CLOSED };
}
