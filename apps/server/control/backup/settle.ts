import type { Control } from '../control.ts';

/** How long control waits for PostgreSQL before it looks again, ms. */
const LOOK_EACH_MS = 200;

/**
 * The first start after a restore, before control listens: publications that ran at the backup are ended, what fell due since
 * then is purged, and the restore stands in the log. Waits for PostgreSQL as long as it takes. Repeating it after a crash does no harm.
 */
export async function settleRestored(control: Control): Promise<void> {
  const { closure, database, outbox, clock, keeper, streams, broadcasts, log } = control;
  const { restored } = closure;
  if (restored?.step !== 'settle') return;
  while (!database.up) await new Promise<void>((resolve) => clock.after(LOOK_EACH_MS, resolve));
  await outbox.flush();
  // They ended with the store that they ran on; later than the last that was kept nothing is known.
  for (const broadcast of [...broadcasts.running()]) streams.end(broadcast, restored.cutAt, 'restored');
  await streams.store();
  const receipt = await keeper.runRestored();
  if (receipt) log.info({ receipt: receipt.id, parts: receipt.parts.length }, 'what was due was purged');
  await database.write((trx) =>
    outbox.record(trx, 'access', {
      kind: 'service.restored',
      ts: clock.now(),
      generation: restored.generation,
      restoredAt: restored.restoredAt,
      cutAt: restored.cutAt,
      knownUntil: restored.knownUntil,
      ...(receipt ? { receipt: receipt.id } : {}),
    }),
  );
  await outbox.flush();
  await closure.settled();
}
