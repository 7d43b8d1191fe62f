/**
 * Tables by UTF-16 unit: how each is folded with what is known of the symbol, the same of the second plane, what is
 * known of each symbol, words of two.
 */
export let units: usize = 0;
export let far: usize = 0;
export let knownUnits: usize = 0;
export let natural: usize = 0;
/** Filters of a lexicon, and what a hash is shifted by to say which word of each. */
export let near: usize = 0;
export let nearShift: u32 = 0;
export let apart: usize = 0;
export let apartShift: u32 = 0;
export let heard: usize = 0;
export let heardShift: u32 = 0;
/** And of the first two parts of characters taken apart. */
export let parts: usize = 0;
export let partsShift: u32 = 0;

export function setTables(
  unitsAt: usize,
  farAt: usize,
  knownAt: usize,
  naturalAt: usize,
  partsAt: usize,
  partsBy: u32,
): void {
  parts = partsAt;
  partsShift = partsBy;
  units = unitsAt;
  far = farAt;
  knownUnits = knownAt;
  natural = naturalAt;
}

export function setFilters(
  nearAt: usize,
  nearBy: u32,
  apartAt: usize,
  apartBy: u32,
  heardAt: usize,
  heardBy: u32,
): void {
  near = nearAt;
  nearShift = nearBy;
  apart = apartAt;
  apartShift = apartBy;
  heard = heardAt;
  heardShift = heardBy;
}
