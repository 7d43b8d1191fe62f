import { readlinkSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';
import { basename } from 'node:path';

/**
 * Lets other threads go before this one, where the system schedules threads one by one (Linux): a thread that serves
 * does not wait for one that compiles. Elsewhere nothing changes.
 */
export function goBehind(): void {
  try {
    // "PID/task/TID": the number of this very thread.
    const thread = Number(basename(readlinkSync('/proc/thread-self')));
    setPriority(thread, Math.max(constants.priority.PRIORITY_BELOW_NORMAL, getPriority(thread)));
  } catch {
    // No Linux, or no /proc: the scheduler treats both alike.
  }
}
