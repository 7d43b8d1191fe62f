import { join } from 'node:path';
import { readIfThere } from '../disk.ts';
import type { Hold, Review } from './case.ts';
import type { KeptBlock } from './keptBlock.ts';
import { parseFrame, readFrames } from './keptFile.ts';

/** Where case stores lie: `cases/ID/case.keep`, and recordings beside it. */
export const CASES_FOLDER = 'cases';
/** The file of a case: the hold first, then its blocks. */
export const CASE_FILE = 'case.keep';
/** The reviews of a case, beside it; there is none before the first. */
export const REVIEW_FILE = 'review.keep';

/** The slot of a case's key. */
export const caseLabel = (id: string): string => `case ${id}`;

/** The reviews of a case, in order. @throws Fault where the file was altered */
export async function readReviews(folder: string, key: Buffer): Promise<Review[]> {
  const path = join(folder, REVIEW_FILE);
  const reviews: Review[] = [];
  if (!(await readIfThere(path))) return reviews;
  for await (const frame of readFrames(path, key)) reviews.push(parseFrame(frame) as Review);
  return reviews;
}

/** The hold at the head of a case file. */
export async function readCase(path: string, key: Buffer): Promise<Hold> {
  for await (const frame of readFrames(path, key)) return parseFrame(frame) as Hold;
  throw new Error(`${path} has no hold`);
}

/** The blocks of a case file. */
export async function* caseBlocks(path: string, key: Buffer): AsyncGenerator<KeptBlock> {
  let isFirst = true;
  for await (const frame of readFrames(path, key)) {
    if (!isFirst) yield parseFrame(frame) as KeptBlock;
    isFirst = false;
  }
}
