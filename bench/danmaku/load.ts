import { sized } from '../size.ts';

/** What every peer carries: sockets in one room, and messages a second in it. */
export const SOCKETS = sized(10_000, 200);
export const MESSAGES_PER_SECOND = 100;
/** Persons who speak in turn: each stays under the shipped limit of 5 messages in 10 s. */
export const SPEAKERS = 400;

export type Protocol = 'weir' | 'nats' | 'nchan' | 'socket.io';

/** What the crowd counts since it was last asked. `delaysMs` from sending to arrival, at every 50th socket. */
export type Seen = { open: number; sent: number; messages: number; sampled: number; delaysMs: number[] };

export type Ask = { op: 'start'; perSecond: number } | { op: 'figures' };

/** The text of a message: about twenty characters of talk and when it was sent, wall time in ms. */
export const talk = (now: number): string => `弹幕：这个镜头真好看，再来一次 @${now}@`;
/** Finds in bytes when what they carry was sent. */
export const SENT_AT = /@(\d{13})@/g;
