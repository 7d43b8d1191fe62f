import { WebSocket } from 'ws';

export type RoomEvent = { t: string } & Record<string, unknown>;

/** Somebody in a room, with everything they were told. */
export type Member = {
  readonly socket: WebSocket;
  readonly events: RoomEvent[];
  /** The close code; 1006 where the connection broke or was refused. */
  readonly closed: Promise<number>;
  /** Sends a text; resolves with its ack or refusal. */
  say(text: string): Promise<RoomEvent>;
  tell(event: object): void;
  /** The first event, come or coming, that fits. @throws Error after a minute */
  until(fits: (event: RoomEvent) => boolean): Promise<RoomEvent>;
  /** Texts of the messages so far. */
  texts(): string[];
};

const PATIENCE_MS = 60_000;

/** Enters a room by its URL (`play().room`); `localAddress` for one who comes from elsewhere. */
export function enter(url: string, localAddress?: string): Member {
  const socket = new WebSocket(url, 'weir.room.1', localAddress ? { localAddress } : {});
  const events: RoomEvent[] = [];
  const listeners = new Set<() => void>();
  let refs = 0;
  socket.on('message', (data) => {
    events.push(...(JSON.parse(String(data)) as RoomEvent[]));
    for (const listener of listeners) listener();
  });
  socket.on('error', () => {});
  const opened = new Promise<void>((resolve) => socket.once('open', resolve));
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  const until: Member['until'] = (fits) =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = events.find(fits);
        if (found) done(() => resolve(found));
      };
      const late = setTimeout(
        () => done(() => reject(new Error(`not heard; last: ${JSON.stringify(events.slice(-3))}`))),
        PATIENCE_MS,
      );
      const done = (settle: () => void): void => {
        clearTimeout(late);
        listeners.delete(look);
        settle();
      };
      listeners.add(look);
      look();
    });
  const tell = (event: object): void => socket.send(JSON.stringify([event]));
  return {
    socket,
    events,
    closed,
    tell,
    until,
    say: async (text) => {
      await opened;
      const ref = `r${++refs}`;
      tell({ t: 'send', ref, text });
      return until((event) => (event.t === 'ack' || event.t === 'refused') && event['ref'] === ref);
    },
    texts: () => events.flatMap((event) => (event.t === 'msg' ? [String(event['text'])] : [])),
  };
}
