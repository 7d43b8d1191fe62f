/** One of those that search: made of terms, asked with a text. */
export type Side = {
  /** Terms that a text has, each as often as it is found. */
  find(text: string): string[];
  /**
   * `all` that stand there, overlapping ones too; or `some`: it leaves out terms inside or beside others, so that of
   * what it finds only that it is there, and that it finds something where there is something, can be checked.
   */
  finds: 'all' | 'some';
};

/** What each file of a side exports. */
export type MakeSide = (terms: readonly string[]) => Side;
