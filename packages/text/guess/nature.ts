import { characters, isNaturalPair } from '../data/characters.ts';
import type { View } from '../normalise/view.ts';
import { isFunctional } from './surroundings.ts';

/**
 * What tells a disguise from plain text: a character put there to deceive makes no word with its neighbours, one that
 * belongs there mostly does. Neighbours are symbols without a gap between them.
 */
export function isBound(view: View, unit: number): boolean {
  return isFunctional(view.symbol[unit] as number) || isBoundLeft(view, unit) || isBoundRight(view, unit);
}

/** Whether a symbol makes a word with the one before it. */
export function isBoundLeft(view: View, unit: number): boolean {
  return unit > 0 && isPair(view, unit - 1);
}

/** Whether a symbol makes a word with the one behind it. */
export function isBoundRight(view: View, unit: number): boolean {
  return unit + 1 < view.length && isPair(view, unit);
}

/** Whether two symbols make a word, whatever stands between them. */
export function isPairAt(view: View, left: number, right: number): boolean {
  return isNaturalPair(characters().natural, view.symbol[left] as number, view.symbol[right] as number);
}

function isPair(view: View, unit: number): boolean {
  if (view.end[unit] !== view.start[unit + 1]) return false;
  return isNaturalPair(characters().natural, view.symbol[unit] as number, view.symbol[unit + 1] as number);
}
