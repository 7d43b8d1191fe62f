/** Something that does not hold: where, and what. `record` is the first bad one, where it can be told. */
export class Fault extends Error {
  readonly record: number | undefined;

  constructor(where: string, what: string, record?: number) {
    super(`${where}: ${what}`);
    this.record = record;
  }
}
