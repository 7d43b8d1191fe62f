import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** True where a supervisor of this data directory answers on its bus. */
export function answers(busPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(busPath, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function isOurs(pid: number, role: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(`weir:${role}`);
  } catch {
    return false;
  }
}

/**
 * Ends children that outlived a killed supervisor. They close by themselves when the bus is gone; one that
 * hangs, or is stopped, is killed: two edges must never serve from one directory.
 */
export async function endOrphans(dataDir: string, roles: readonly string[]): Promise<void> {
  for (const role of roles) {
    let pid: number;
    try {
      pid = Number(readFileSync(join(dataDir, 'run', `${role}.pid`), 'utf8'));
    } catch {
      continue;
    }
    for (let waited = 0; isOurs(pid, role); waited += 50) {
      if (waited >= 1_000) process.kill(pid, 'SIGKILL');
      await sleep(50);
    }
  }
}
