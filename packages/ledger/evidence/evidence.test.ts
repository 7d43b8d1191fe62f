import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { DayKeys } from '../keys/day.ts';
import { KEK_FILE, readKek } from '../keys/kek.ts';
import { SLOT_FILE, SlotFile } from '../keys/slots.ts';
import { fresh, open, published } from '../testing/store.ts';
import { checkProof } from './check.ts';
import type { LogProof, ShownRecord } from './proof.ts';
import { proveRecords } from './prove.ts';

/** Two groups of records, of which some are shown. */
async function proofOf(numbers: readonly number[]): Promise<LogProof> {
  const dir = fresh();
  const ledger = await open(dir);
  for (let group = 0; group < 3; group++) {
    await ledger.append(Array.from({ length: 400 }, (_, i) => published(group * 400 + i + 1)));
    await ledger.sign();
  }
  await ledger.close();
  const slots = new SlotFile(join(dir, SLOT_FILE), readKek(join(dir, KEK_FILE), { readOnly: true }), {
    readOnly: true,
  });
  try {
    return await proveRecords({
      dir: join(dir, 'content'),
      keys: new DayKeys(slots, 'content'),
      numbers,
    });
  } finally {
    slots.close();
  }
}

describe('a proof of records', () => {
  const shown = [1, 2, 399, 401, 1_200];
  let proof: LogProof;
  beforeEach(async () => {
    proof = structuredClone((await made) as LogProof);
  });
  const made = proofOf(shown);

  it('shows what was asked for and nothing else, and holds by itself', () => {
    const { records } = checkProof(JSON.parse(JSON.stringify(proof)) as LogProof);
    expect(records.map(({ n }) => n)).toEqual(shown);
    expect(records[1]).toMatchObject({ kind: 'message.published', text: '第2句' });
    expect(JSON.stringify(proof)).not.toContain('第3句');
  });

  it.each<[string, (one: LogProof) => void]>([
    ['text', (one) => edit(one, ({ line }) => ({ line: line.replace('第', '弟') }))],
    ['salt', (one) => edit(one, () => ({ salt: Buffer.alloc(32).toString('base64') }))],
    ['number', (one) => edit(one, () => ({ n: 3 }))],
    ['commitment of a neighbour', (one) => void one.blocks[0]?.others.reverse()],
    ['leaf', (one) => void Object.assign(one.blocks[0] as object, { leaf: 1 })],
    ['path', (one) => void one.blocks[0]?.path.pop()],
    ['entry', (one) => replaceEntry(one)],
    [
      'checkpoint',
      (one) => void Object.assign(one, { checkpoint: one.checkpoint.replace(/\n\d+\n/, '\n2\n') }),
    ],
  ])('with another %s does not hold', (_, change) => {
    change(proof);
    expect(() => checkProof(proof)).toThrow();
  });

  it('cannot be made of a record that is not signed yet, nor of one that never was', async () => {
    await expect(proofOf([1_201])).rejects.toThrow('under no leaf');
    await expect(proofOf([0])).rejects.toThrow('under no leaf');
  });
});

function edit(proof: LogProof, change: (record: ShownRecord) => Partial<ShownRecord>): void {
  const record = proof.blocks[0]?.records[0] as ShownRecord;
  Object.assign(record, change(record));
}

function replaceEntry(proof: LogProof): void {
  const [block] = proof.blocks as [LogProof['blocks'][0]];
  block.entry = block.entry.replace('"v":1', '"v":2');
}
