import { existsSync, readFileSync } from 'node:fs';
import { createLog, realClock } from '@weir/kit';
import { runWitness, witnessOf } from '@weir/ledger';
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
  if (!found || port > 65_535) throw new WrongUse('weir witness --listen HOST:PORT --dir DIR --log VKEY');
  return { host: found[1] ?? (found[2] || '127.0.0.1'), port };
}

/**
 * `weir witness`: cosigns checkpoints until it is told to stop; needs nothing else of Weir.
 * @returns 0 when it was stopped
 */
export async function witness({
  listen,
  dir,
  logs,
  name,
}: {
  listen: string | undefined;
  dir: string | undefined;
  logs: readonly string[];
  name: string | undefined;
}): Promise<number> {
  const { host, port } = addressOf(listen);
  const lines = linesOf(logs);
  if (!dir || lines.length === 0)
    throw new WrongUse('weir witness needs --dir DIR and a --log VKEY at least');
  for (const line of lines) checkLogKey(line);
  const log = createLog('witness');
  const running = await runWitness({
    dir,
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
