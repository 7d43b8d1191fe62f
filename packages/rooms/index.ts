export type { RoomHost } from './host.ts';
export { DEFAULT_LIMITS, type RoomLimits } from './limits.ts';
export type {
  GateMode,
  GatePair,
  HeldMessage,
  PublicMessage,
  RoomRecord,
  RoomSettings,
} from './record.ts';
export { type RoomCut, Rooms } from './rooms.ts';
export {
  clean,
  type Mark,
  PASSED,
  passAll,
  type Reason,
  type Screen,
  type Screened,
  type Sent,
  UNSHOWN,
  type Verdict,
} from './screen.ts';
