import type { Block } from '../block.ts';
import { type LogEpoch, namedCheckpoint } from '../tree/logEpoch.ts';
import { parseNote, verifierOf } from '../tree/note.ts';
import { rootFromTiles } from '../tree/proof.ts';
import { FORMER_FILE, readFormer } from '../tree/signer.ts';
import { tilesOfTree } from '../tree/stored.ts';
import { isOf, openCosignature, type Witness } from '../witness/cosignature.ts';
import { Fault } from './fault.ts';

/** What was found of a log's epoch: which one its leaf begins, after whom, and what the restore lost. */
export type EpochReport = {
  epoch: number;
  leaf: number;
  at: string;
  /** Origin of the epoch before, and the size of its last known checkpoint. */
  after: string;
  size: number;
  /** Witnesses that signed that checkpoint. */
  witnessedBy: string[];
  lostLeaves: number;
  lostSince: string;
  /** The last record that was restored. */
  kept: number;
};

type Begun = { leaf: number; epoch: LogEpoch };

/** Hands blocks on, and keeps the leaves that begin an epoch. */
export class EpochLeaves {
  readonly found: Begun[] = [];
  #leaf = 0;

  async *through(blocks: AsyncIterable<Block[]>): AsyncGenerator<Block[]> {
    for await (const group of blocks) {
      for (const { epoch } of group) {
        if (epoch) this.found.push({ leaf: this.#leaf, epoch });
        this.#leaf++;
      }
      yield group;
    }
  }
}

/**
 * Checks the epochs of a log: each leaf counts the leaves before it, its checkpoint is signed by the key of the epoch
 * before, and where it lies within what was restored the tree has its root; the keys are those that `former` names.
 * @param now leaves of the tree
 * @throws Fault naming the leaf
 */
export async function checkEpochs(
  dir: string,
  now: number,
  found: readonly Begun[],
  witnesses: readonly Witness[],
): Promise<EpochReport[]> {
  const former = await readFormer(dir);
  if (former.length !== found.length)
    throw new Fault(
      FORMER_FILE,
      `names ${former.length} keys, and the tree has ${found.length} further epochs`,
    );
  const reports: EpochReport[] = [];
  for (const [index, { leaf, epoch }] of found.entries()) {
    const refuse = (why: string): Fault =>
      new Fault('tile/entries', `leaf ${leaf} begins an epoch and ${why}`);
    if (epoch.epoch !== index + 2) throw refuse(`calls it ${epoch.epoch}, not ${index + 2}`);
    if (epoch.after.leaves !== leaf) throw refuse(`counts ${epoch.after.leaves} leaves before it`);
    if (epoch.of !== former[index]) throw refuse(`follows another key than ${FORMER_FILE} names`);
    let size = 0;
    let witnessedBy: string[] = [];
    if (epoch.checkpoint !== null) {
      const named = namedCheckpoint(epoch.of, epoch.checkpoint);
      size = named.size;
      if (size > 0 && size <= leaf) {
        const root = await rootFromTiles(size, tilesOfTree(dir, now));
        if (!root.equals(named.root))
          throw refuse(`the tree has another root than its checkpoint at size ${size}`);
      }
      witnessedBy = witnessesOf(epoch.checkpoint, witnesses);
    }
    reports.push({
      epoch: epoch.epoch,
      leaf,
      at: epoch.at,
      after: verifierOf(epoch.of).name,
      size,
      witnessedBy,
      lostLeaves: epoch.lost.leaves,
      lostSince: epoch.lost.since,
      kept: epoch.kept,
    });
  }
  return reports;
}

/** The witnesses, of those named, whose cosignature of a checkpoint holds. @throws Error where one does not */
function witnessesOf(note: string, witnesses: readonly Witness[]): string[] {
  const { text, signatures } = parseNote(note);
  return signatures.flatMap((signature) => {
    const witness = witnesses.find((one) => isOf(signature, one));
    return witness ? [openCosignature(text, signature, witness).name] : [];
  });
}

/** The origin that a log had when its tree had `size` leaves. */
export const originAt =
  (found: readonly Begun[], present: string) =>
  (size: number): string => {
    const later = found.find(({ leaf }) => size <= leaf);
    return later ? verifierOf(later.epoch.of).name : present;
  };
