export { setNumbers, setTexts } from './columns';
export { line } from './line';
export { addDigest, addNumbers, addPicks, addTexts, begin, ends, zero } from './prints';

/** Where memory is free. */
export function free(): usize {
  return __heap_base;
}
