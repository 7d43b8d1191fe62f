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

/** What of Node's own TCP handle is used: `reset` is what `resetAndDestroy` ends in; `closed` is called after the turn. */
type Handle = { reset?: (closed: () => void) => number };

/**
 * Resets all of `sockets`, the kernel's part first: the last of a thousand then does not wait for Node's bookkeeping of
 * the others, which `finish` does. Nothing is written or read on them in between if that follows in the same turn.
 */
export function resetAll(sockets: readonly Socket[]): { finish(): void } {
  for (const socket of sockets) {
    if (socket.destroyed) continue;
    const handle = (socket as Socket & { _handle?: Handle | null })._handle;
    // A TLS connection is its own matter (`makeResettable`), and so is one that Node has put together otherwise.
    if ('encrypted' in socket || typeof handle?.reset !== 'function') socket.resetAndDestroy();
    else handle.reset(() => socket.emit('close', false));
  }
  return {
    finish() {
      for (const socket of sockets) socket.destroy();
    },
  };
}
