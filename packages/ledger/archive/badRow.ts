/** A record of a sealed part that does not hold. */
export class BadRow extends Error {
  readonly record: number;

  constructor(record: number, what: string) {
    super(`record ${record} ${what}`);
    this.record = record;
  }
}
