export { fold } from './fold';
export { sieve } from './sieve';
export { setFilters, setTables } from './tables';
export { at } from './text';

/** Where memory is free. */
export function free(): usize {
  return __heap_base;
}
