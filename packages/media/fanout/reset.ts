import type { Socket } from 'node:net';

/**
 * Lets a TLS connection be reset like a plain one: only the TCP connection `raw` under it can be, and Node refuses
 * `resetAndDestroy` on a TLS socket.
 */
export function makeResettable(secure: Socket, raw: Socket): void {
  secure.resetAndDestroy = () => {
    if (!raw.destroyed) raw.resetAndDestroy();
    secure.destroy();
    return secure;
  };
}

/**
 * Ends a connection by RST at once: what the kernel still holds for it is thrown away, and a stalled reader gets
 * no more of it. A polite close would go on delivering megabytes for half a minute.
 */
export function reset(socket: Socket): void {
  if (!socket.destroyed) socket.resetAndDestroy();
}
