/** The peer ships no types; this is what the bench uses of it. */
declare module 'fastscan' {
  export default class FastScanner {
    constructor(words: string[]);
    search(text: string): [number, string][];
  }
}
