import { readdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/**
 * Lets all other processes go before this one, its helper threads included: one that serves does not wait for one that
 * compiles. The number of a process alone means its first thread (Linux); threads that begin later are as the first.
 */
export function goBehind(): void {
  for (const thread of threads()) {
    try {
      setPriority(thread, constants.priority.PRIORITY_LOW);
    } catch {
      // It has ended, or the system does not let it: then the scheduler treats all alike.
    }
  }
}

function threads(): number[] {
  try {
    return readdirSync('/proc/self/task').map(Number);
  } catch {
    return [process.pid];
  }
}
