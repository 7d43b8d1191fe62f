import { createServer, type Socket } from 'node:net';
import { listenPrivately } from '../privateSocket.ts';
import { matches } from './bus.ts';
import { decoder, encode, type Header } from './frame.ts';

type Member = {
  id: number;
  socket: Socket;
  subscribed: Set<string>;
  serves: Set<string>;
  /** Requests it was asked and has not answered: who asked, under which id. */
  asked: Map<string, { asker: number; id: number }>;
};

/** Bytes that may wait for one member before it is dropped: a stopped process must not fill the hub. */
const MAX_BACKLOG_BYTES = 32 * 1024 * 1024;
/** Unanswered requests remembered of one member; the oldest have long timed out at their askers. */
const MAX_ASKED = 20_000;

/**
 * The local transport's middle: a Unix socket (mode 0600) in the supervisor that passes frames between processes
 * of one machine. Holds no message beyond the sockets' own buffers.
 */
export async function openHub(path: string): Promise<{ close(): Promise<void> }> {
  const members = new Map<number, Member>();
  let nextId = 1;
  const send = (member: Member, header: Header, body: Buffer): void => {
    if (member.socket.writableLength > MAX_BACKLOG_BYTES) member.socket.destroy();
    else member.socket.write(encode(header, body));
  };

  const route = (from: Member, header: Header, body: Buffer): void => {
    switch (header.op) {
      case 'sub':
        from.subscribed.add(header.subject);
        return;
      case 'unsub':
        from.subscribed.delete(header.subject);
        return;
      case 'serve':
        // The latest to announce itself serves: a restarted process takes over from the dead one's socket.
        for (const member of members.values()) member.serves.delete(header.subject);
        from.serves.add(header.subject);
        return;
      case 'unserve':
        from.serves.delete(header.subject);
        return;
      case 'pub':
        for (const member of members.values()) {
          for (const pattern of member.subscribed) {
            if (!matches(pattern, header.subject)) continue;
            send(member, header, body);
            break;
          }
        }
        return;
      case 'req': {
        for (const member of members.values()) {
          if (!member.serves.has(header.subject)) continue;
          member.asked.set(`${from.id} ${header.id}`, { asker: from.id, id: header.id });
          if (member.asked.size > MAX_ASKED)
            for (const oldest of member.asked.keys()) {
              member.asked.delete(oldest);
              break;
            }
          send(member, { ...header, env: { ...header.env, asker: from.id } }, body);
          return;
        }
        send(from, { op: 'none', id: header.id }, Buffer.alloc(0));
        return;
      }
      case 'res': {
        from.asked.delete(`${header.to} ${header.id}`);
        const asker = header.to === undefined ? undefined : members.get(header.to);
        if (asker) send(asker, header, body);
        return;
      }
      case 'none':
        return;
    }
  };

  const server = createServer((socket) => {
    const member: Member = {
      id: nextId++,
      socket,
      subscribed: new Set(),
      serves: new Set(),
      asked: new Map(),
    };
    members.set(member.id, member);
    const read = decoder((header, body) => route(member, header, body));
    socket.on('data', (chunk: Buffer) => {
      try {
        read(chunk);
      } catch {
        socket.destroy();
      }
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      members.delete(member.id);
      // Whoever waits for a process that died learns it now, not by time-out.
      for (const { asker, id } of member.asked.values()) {
        const waiting = members.get(asker);
        if (waiting) send(waiting, { op: 'none', id }, Buffer.alloc(0));
      }
    });
  });
  await listenPrivately(server, path);
  return {
    close: () =>
      new Promise((resolve) => {
        for (const member of members.values()) member.socket.destroy();
        server.close(() => resolve());
      }),
  };
}
