/** A growing list of 32-bit numbers. */
export class Numbers {
  values = new Int32Array(1_024);
  length = 0;

  add(value: number): void {
    if (this.length === this.values.length) {
      const { values } = this;
      this.values = new Int32Array(2 * this.length);
      this.values.set(values);
    }
    this.values[this.length++] = value;
  }
}
