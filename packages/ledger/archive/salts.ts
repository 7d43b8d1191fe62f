export const SALT_BYTES = 32;
const WORD = 8;

/** Puts salts of the records `indices` beside one another: fetched at once they do not wait for each other. */
export function gather(salts: DataView, indices: Int32Array, count: number, out: DataView): void {
  for (let i = 0; i < count; i++) {
    const from = (indices[i] as number) * SALT_BYTES;
    for (let k = 0; k < SALT_BYTES; k += WORD)
      out.setBigInt64(i * SALT_BYTES + k, salts.getBigInt64(from + k, true), true);
  }
}
