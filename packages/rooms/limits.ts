/** Bounds that an operator sets; 0 turns one off. */
export type RoomLimits = {
  /** Sockets of one room. */
  socketsPerRoom: number;
  /** Sockets of all rooms together. */
  sockets: number;
  /** Messages of one person in one room within 10 s. */
  messagesPerPerson: number;
  /** Messages of one room a second; beyond it those who spoke lately wait first. */
  messagesPerSecond: number;
};

export const DEFAULT_LIMITS: RoomLimits = {
  socketsPerRoom: 0,
  sockets: 50_000,
  messagesPerPerson: 5,
  messagesPerSecond: 200,
};

/** Largest frame a client may send, in bytes: DOORS.md "Room socket". */
export const MAX_FRAME_BYTES = 4_096;
/** Events in one frame from a client. */
export const MAX_EVENTS = 32;
/** Length of `ref` in UTF-16 units. */
export const MAX_REF_LENGTH = 64;
/** Length of a message in code points. */
export const MAX_TEXT_POINTS = 100;
/** Messages of history that a new socket gets. */
export const JOIN_HISTORY = 50;
/** Messages a room keeps in memory for joins and resumes, when every socket has them. */
export const MEMORY_MESSAGES = 200;
/** Messages a room reads at once from disk for a resume beyond memory. */
export const PAGE_MESSAGES = 200;
/** Messages that may wait in the gate of one room. */
export const MAX_HELD = 10_000;
/** Records of one room that may wait for the disk. */
export const MAX_QUEUE = 1_000;
/** Records of one commit. */
export const MAX_COMMIT = 256;
/** Bytes that may wait for one socket in this process: about 20 s of a busy room. */
export const MAX_WAITING_BYTES = 256 * 1024;
/** Sockets that are read out of the disk at once, all rooms together. */
export const MAX_REPLAYS = 16;
/** Persons whose pace one room remembers. */
export const MAX_SPEAKERS = 20_000;
