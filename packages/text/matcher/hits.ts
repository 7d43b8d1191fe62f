/** A growing list of raw hits: group of keys, and first and last place. Used again and again. */
export class Hits {
  length = 0;
  data = new Int32Array(96);

  clear(): void {
    this.length = 0;
  }

  add(group: number, first: number, last: number): void {
    const at = this.length * 3;
    if (at + 3 > this.data.length) {
      const larger = new Int32Array(this.data.length * 2);
      larger.set(this.data);
      this.data = larger;
    }
    this.data[at] = group;
    this.data[at + 1] = first;
    this.data[at + 2] = last;
    this.length++;
  }
}
