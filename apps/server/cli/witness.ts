import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createLog, realClock } from '@weir/kit';
import { LOGS, runWitness, witnessOf } from '@weir/ledger';
import { verifierOf } from '@weir/ledger/tree/note.ts';
import { WrongUse } from './misuse.ts';

/** A witness's `vkey` as it was given. @throws WrongUse where it is none */
export function witnessKey(vkey: string): string {
  try {
    witnessOf(vkey);
  } catch (why) {
    throw new WrongUse(`--witness takes the vkey line of a witness: ${(why as Error).message}`);
  }
  return vkey;
}

/** Verifier lines out of arguments, each a line or a file of lines. */
function linesOf(given: readonly string[]): string[] {
  return given.flatMap((one) =>
    existsSync(one)
      ? readFileSync(one, 'utf8')
          .split('\n')
          .map((line) => line.trim())
          .filter((line) => line !== '' && !line.startsWith('#'))
      : [one],
  );
}

/** @throws WrongUse where a line is no `vkey` of a log */
function checkLogKey(vkey: string): void {
  try {
    verifierOf(vkey);
  } catch (why) {
    throw new WrongUse(`--log takes the vkey line of a log, or a file of such: ${(why as Error).message}`);
  }
}

function addressOf(listen: string | undefined): { host: string; port: number } {
  const found = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(listen ?? '');
  const port = Number(found?.[3]);
  if (!found || port > 65_535)
    throw new WrongUse('weir witness --listen HOST:PORT [--dir DIR] [--log VKEY]…');
  return { host: found[1] ?? (found[2] || '127.0.0.1'), port };
}

/** The `vkey` lines of a store's logs; none where there is no store. */
const linesIn = (dataDir: string): string[] =>
  LOGS.map((log) => join(dataDir, 'ledger', log, 'vkey'))
    .filter((path) => existsSync(path))
    .flatMap((path) => linesOf([path]));

/**
 * `weir witness`: cosigns checkpoints until it is told to stop; needs nothing else of Weir. Without `logs` it is the
 * logs of the store in `dataDir`, without `dir` it remembers in `./weir-witness`: for a trial, since whoever can write
 * that store can set such a witness back with it.
 * @returns 0 when it was stopped
 */
export async function witness({
  listen,
  dir,
  logs,
  name,
  dataDir,
}: {
  listen: string | undefined;
  dir: string | undefined;
  logs: readonly string[];
  name: string | undefined;
  dataDir: string;
}): Promise<number> {
  const { host, port } = addressOf(listen);
  const isOwn = logs.length === 0;
  const lines = isOwn ? linesIn(dataDir) : linesOf(logs);
  if (lines.length === 0)
    throw new WrongUse(`weir witness needs a --log VKEY at least; there is no store in ${dataDir} either`);
  for (const line of lines) checkLogKey(line);
  if (isOwn)
    console.error(
      `It witnesses the store in ${dataDir}, on the same machine: outsiders rely on one that somebody else runs (--log).`,
    );
  const log = createLog('witness');
  const running = await runWitness({
    dir: dir ?? resolve('weir-witness'),
    logs: lines,
    host,
    port,
    clock: realClock,
    log,
    ...(name ? { name } : {}),
  });
  console.log(running.vkey);
  const shown = running.host.includes(':') ? `[${running.host}]` : running.host;
  console.log(`The witness is ready: http://${shown}:${running.port}`);
  const stopped = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.resolve());
  await stopped.promise;
  await running.close();
  return 0;
}
