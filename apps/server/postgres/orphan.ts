import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '@weir/kit';

/** How long each harder way of stopping is given, ms: fast, immediate, kill. */
const STEPS = [
  ['SIGINT', 5_000],
  ['SIGQUIT', 2_000],
  ['SIGKILL', 2_000],
] as const;
const LOOK_EVERY_MS = 20;

/** Processes whose working directory is the data directory: postmaster and its backends chdir there. */
function livingIn(directory: string): number[] {
  if (!existsSync('/proc/self/cwd')) return postmasterPid(directory);
  const real = realpathSync(directory);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        if (readlinkSync(`/proc/${name}/cwd`) !== real) return false;
        return /postgres/.test(readFileSync(`/proc/${name}/comm`, 'utf8'));
      } catch {
        return false;
      }
    })
    .map(Number);
}

function postmasterPid(directory: string): number[] {
  try {
    const pid = Number(readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n')[0]);
    process.kill(pid, 0);
    return pid > 1 ? [pid] : [];
  } catch {
    return [];
  }
}

/**
 * Stops a server that outlived the Weir that started it (kill -9 of the supervisor leaves the postmaster
 * running), so that the next start owns its own. Data is safe: PostgreSQL recovers from its WAL.
 */
export async function stopOrphans(directory: string, log: Log): Promise<void> {
  if (!existsSync(directory)) return;
  for (const [signal, patienceMs] of STEPS) {
    const found = livingIn(directory);
    if (found.length === 0) return;
    log.warn({ pids: found, signal }, 'stopping a PostgreSQL left over from an earlier run');
    const [first] = postmasterPid(directory);
    for (const pid of signal === 'SIGINT' && first && found.includes(first) ? [first] : found) {
      try {
        process.kill(pid, signal);
      } catch {
        // It ended between the look and the signal.
      }
    }
    for (let left = patienceMs; left > 0 && livingIn(directory).length > 0; left -= LOOK_EVERY_MS)
      await wait(LOOK_EVERY_MS);
  }
  const left = livingIn(directory);
  if (left.length > 0)
    throw new Error(`PostgreSQL ${left.join(', ')} in ${directory} does not end; stop it first`);
}
