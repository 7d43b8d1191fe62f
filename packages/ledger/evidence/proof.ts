/** One record that is shown: its line as it stands in the log, without the newline, and its salt (base64). */
export type ShownRecord = { n: number; line: string; salt: string };

/**
 * One block of a log with some of its records: the leaf's entry, its way to the root (RFC 6962, section 2.1.1), and of
 * the records that are not shown the commitments alone, which tell nothing without their salts.
 */
export type BlockProof = {
  leaf: number;
  entry: string;
  /** Base64, from the leaf upwards. */
  path: string[];
  records: ShownRecord[];
  /** Base64, in the order of their numbers. */
  others: string[];
};

/** Records of one log, and all that an outsider needs to see that they were written: `checkpoint` is the signed note. */
export type LogProof = { v: 1; vkey: string; checkpoint: string; blocks: BlockProof[] };
