import { readdirSync, readFileSync } from 'node:fs';

/** CPU seconds (user and system) that the threads of process `pid` have used, as the scheduler counts them in ns. */
export function cpuSeconds(pid: number): number {
  let ns = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      ns += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
    } catch {
      // A thread that ended in between.
    }
  }
  return ns / 1e9;
}

/** A process and all that it started: nginx serves from a worker. */
export function family(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return [pid, ...(children === '' ? [] : children.split(' ').flatMap((child) => family(Number(child))))];
}

/** Resident bytes of process `pid` (VmRSS). */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

/** CPU seconds per second that `pid` uses over the next `seconds`. */
export async function cpuShare(pid: number, seconds: number): Promise<number> {
  const began = performance.now();
  const before = cpuSeconds(pid);
  await new Promise((done) => setTimeout(done, seconds * 1000));
  return (cpuSeconds(pid) - before) / ((performance.now() - began) / 1000);
}

/** Ticks of `/proc/PID/stat` in a second (`sysconf(_SC_CLK_TCK)`, 100 on Linux). */
const TICKS = 100;

/** CPU seconds that this process has used so far, and its children that have ended (proc(5), stat 14 to 17). */
export function usedSeconds(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS;
}
