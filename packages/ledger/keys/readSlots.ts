import { join } from 'node:path';
import { KEK_FILE, readKek } from './kek.ts';
import { SLOT_FILE, SlotFile } from './slots.ts';

/**
 * The data keys of a ledger's directory as they are now, to be read alone, also beside who writes them.
 * @throws Error where they cannot be read, or the key-encryption key is another
 */
export const readSlots = (dir: string, kekPath = join(dir, KEK_FILE)): SlotFile =>
  new SlotFile(join(dir, SLOT_FILE), readKek(kekPath, { readOnly: true }), { readOnly: true });
