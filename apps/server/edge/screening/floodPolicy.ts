import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MachineEvidence } from '@weir/text';

const FILE = join(fileURLToPath(new URL('../../../../policies', import.meta.url)), 'floods.json');
/** Nobody is shown their own messages alone for longer. */
const MAX_TERM_MS = 600_000;

/** Floods as the provider's policy has them. */
export type FloodPolicy = { version: number; machine: MachineEvidence };

/**
 * The shipped policy of floods, a provider's own data.
 * @throws Error where the file is missing, or says what policy cannot: no evidence at all, or a term over ten minutes
 */
export function readFloods(file = FILE): FloodPolicy {
  const { version, machine } = JSON.parse(readFileSync(file, 'utf8')) as {
    version: number;
    machine: { messagesPerMinute: number; alikePerMinute: number; rooms: number; termMs: number };
  };
  const { messagesPerMinute, alikePerMinute, rooms, termMs } = machine;
  for (const [name, value] of Object.entries({ messagesPerMinute, alikePerMinute, rooms, termMs }))
    if (!(Number.isInteger(value) && value > 0))
      throw new Error(`${file}: machine.${name} is a whole number above 0`);
  if (termMs > MAX_TERM_MS) throw new Error(`${file}: machine.termMs is at most ${MAX_TERM_MS}`);
  return { version, machine: { messages: messagesPerMinute, alike: alikePerMinute, rooms, termMs } };
}
