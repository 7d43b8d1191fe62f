import { Problem } from '@weir/kit';
import type { Actor, Control } from '../control.ts';

/**
 * Opens the service after a restore, by a person's recorded order: the record first, then control's disk, then the
 * edges. A crash between leaves it closed.
 * @throws Problem conflict where it is open, database_unavailable, storage_failed
 */
export async function reopen(control: Control, note: string, by: Actor): Promise<void> {
  const { closure, database, outbox, clock, broadcasts, edges, log } = control;
  const restored = closure.restored;
  if (!restored || restored.step === 'open') throw new Problem('conflict', 'The service is open');
  if (restored.step === 'settle') throw new Problem('not_ready', 'What is due is still being purged');
  const at = clock.now();
  await database.write((trx) =>
    outbox.record(trx, 'moderation', {
      kind: 'service.reopened',
      ts: at,
      user: by.id,
      note,
      generation: restored.generation,
      cutAt: restored.cutAt,
      knownUntil: restored.knownUntil,
    }),
  );
  await outbox.flush();
  await closure.reopened(by.id, at, note).catch((why: Error) => {
    log.error({ why: why.message }, 'reopening not on disk');
    throw new Problem('storage_failed', 'It is still closed: the disk refused; free space and order again');
  });
  control.policy.standing = undefined;
  log.warn({ by: by.id }, 'the service was opened after a restore');
  // Each edge learns the new views with its next lease; a room that somebody is in at once.
  for (const broadcast of broadcasts.all()) broadcasts.touch(broadcast);
  edges.meetAgain();
}
