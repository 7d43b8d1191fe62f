import {
  apart,
  apartShift,
  heard,
  heardShift,
  knownUnits,
  natural,
  near,
  nearShift,
  parts,
  partsShift,
} from './tables';
import { counts, end, known, odd, place, start, symbol, what } from './text';

/** As `guess/sieve.ts`, `guess/surroundings.ts`, `guess/threes.ts` and `data/natural.ts` have them. */
const FORWARD: u8 = 1;
const BACKWARD: u8 = 2;
const APART: u8 = 3;
const HEARD: u8 = 4;
const SOUND_MASK: u32 = 511;
const OTHER_SHIFT: u32 = 9;
const KIND_SHIFT: u32 = 18;
const NEXT_SHIFT: u32 = 22;
const JUDGED: u32 = 1 << 28;
const NATURAL_SHIFT: u32 = 11;
const APART_KIND: u32 = 2 << 16;

const ONE: u32 = 0x9e3779b1;
const TWO: u32 = 0x85ebca6b;
const THREE: u32 = 0xc2b2ae35;

// @ts-expect-error: decorator
function stirred(hash: u32): u32 {
  return (hash ^ (hash >>> 15)) * THREE;
}

// @ts-expect-error: decorator
function mixed(hash: u32): u32 {
  const m = stirred(hash);
  return m ^ (m >>> 16);
}

/** 1 where a word has the three bits that the lowest 15 of a hash say. */
// @ts-expect-error: decorator
function hasThree(word: u32, hash: u32): u32 {
  return (word >>> (hash & 31)) & (word >>> ((hash >>> 5) & 31)) & (word >>> ((hash >>> 10) & 31)) & 1;
}

// @ts-expect-error: decorator
function hasOrder(word: u32, hash: u32): bool {
  return ((word >>> (hash >>> 27)) & (word >>> ((hash >>> 22) & 31)) & 1) !== 0;
}

// @ts-expect-error: decorator
function bitAt(bits: usize, slot: u32): u32 {
  return <u32>load<u8>(bits + (slot >>> 3)) >>> (slot & 7);
}

// @ts-expect-error: decorator
function mayBeHeard(hash: u32): bool {
  return hasThree(load<u32>(heard + 4 * (hash >>> heardShift)), hash) !== 0;
}

// @ts-expect-error: decorator
function soundsHash(one: u32, two: u32, three: u32): u32 {
  return mixed(((one << 18) | (two << 9) | three) * ONE);
}

let listed: i32 = 0;

// @ts-expect-error: decorator
function list(u: i32, which: u8): void {
  store<u32>(place + 4 * listed, u);
  store<u8>(what + listed, which);
  listed++;
}

/**
 * Asks the filters about all neighbours of a text of `length` symbols, and lists where more is worth while, as
 * `Sieve.read` does. What they say is gathered in bits, a symbol each, so that nothing waits for the memory of another.
 * `isFolded` is 0 where symbols come from elsewhere, so that what is known of them is not there yet.
 */
export function sieve(length: i32, isFolded: i32): i32 {
  if (isFolded === 0)
    for (let u: i32 = 0; u < length; u++)
      store<u32>(known + 4 * u, load<u32>(knownUnits + 4 * <u32>load<u16>(symbol + 2 * u)));
  store<u32>(known + 4 * length, 0);
  store<u32>(known + 4 * length, 0, 4);
  store<u32>(known + 4 * length, 0, 8);
  store<u16>(symbol + 2 * length, 0);
  store<i32>(start + 4 * length, -1);
  const nearAt = near;
  const nearBy = nearShift;
  const apartAt = apart;
  const apartBy = apartShift;
  const partsAt = parts;
  const partsBy = partsShift;
  const naturalAt = natural;
  let pairs: u64 = 0;
  let aparts: u64 = 0;
  let spoken: u64 = 0;
  let unbound: u64 = 0;
  let odds: u64 = 0;
  let all: u32 = 0;
  let aFirst: u32 = 0;
  let bFirst: u32 = 0;
  const c: u32 = load<u16>(symbol);
  let knownC = load<u32>(known);
  let cFirst = c * ONE;
  let cSecond = c * TWO;
  let left: u32 = 0;
  for (let u: i32 = 0; u < length; u++) {
    const d: u32 = load<u16>(symbol + 2 * u, 2);
    const knownD = load<u32>(known + 4 * u, 4);
    const dFirst = d * ONE;
    const dSecond = d * TWO;
    const forward = cFirst ^ dSecond;
    const again = stirred(forward);
    const isTight: u32 = u32(load<i32>(end + 4 * u) === load<i32>(start + 4 * u, 4));
    const right =
      bitAt(naturalAt, forward >>> NATURAL_SHIFT) & bitAt(naturalAt, again >>> NATURAL_SHIFT) & isTight;
    const unordered = stirred(forward ^ dFirst ^ cSecond);
    const slot = mixed((aFirst + APART_KIND * ONE) ^ cSecond);
    pairs |= (<u64>hasThree(load<u32>(nearAt + 4 * (unordered >>> nearBy)), unordered)) << u;
    aparts |= (<u64>hasThree(load<u32>(apartAt + 4 * (slot >>> apartBy)), slot)) << u;
    const isSpoken = u32((knownC & SOUND_MASK) !== 0);
    spoken |= (<u64>isSpoken) << u;
    unbound |= (<u64>((((knownC >>> KIND_SHIFT) | left | right) & 1) ^ 1)) << u;
    const pair = again ^ (again >>> 16);
    const isPart =
      (((knownC << 1) & knownD) >>> NEXT_SHIFT) & hasThree(load<u32>(partsAt + 4 * (pair >>> partsBy)), pair);
    odds |= (<u64>((isSpoken ^ 1) | isPart)) << u;
    store<u32>(known + 4 * u, knownC | JUDGED | (((left << 1) | (right << 2)) << KIND_SHIFT));
    all |= knownC;
    left = right;
    aFirst = bFirst;
    bFirst = cFirst;
    knownC = knownD;
    cFirst = dFirst;
    cSecond = dSecond;
  }
  listed = 0;
  pairs &= ((<u64>1) << (length - 1)) - 1;
  for (; pairs !== 0; pairs &= pairs - 1) {
    const u = <i32>ctz(pairs);
    const one: u32 = load<u16>(symbol + 2 * u);
    const two: u32 = load<u16>(symbol + 2 * u, 2);
    const forward = (one * ONE) ^ (two * TWO);
    const backward = (two * ONE) ^ (one * TWO);
    const word = load<u32>(nearAt + 4 * (stirred(forward ^ backward) >>> nearBy));
    if (hasOrder(word, forward)) list(u, FORWARD);
    if (hasOrder(word, backward)) list(u, BACKWARD);
  }
  const threes = spoken & (spoken >>> 1) & (spoken >>> 2);
  for (let bits = threes & (aparts >>> 2); bits !== 0; bits &= bits - 1) list(<i32>ctz(bits), APART);
  for (let bits = threes & (unbound | (unbound >>> 1) | (unbound >>> 2)); bits !== 0; bits &= bits - 1) {
    const u = <i32>ctz(bits);
    if (isHeard(known + 4 * u)) list(u, HEARD);
  }
  let count: i32 = 0;
  for (; odds !== 0; odds &= odds - 1) store<u32>(odd + 4 * count++, <u32>ctz(odds));
  store<i32>(counts, listed, 20);
  store<i32>(counts, count, 24);
  store<u32>(counts, all, 28);
  return listed;
}

/** Whether a start may sound like three symbols by any of their sounds. */
function isHeard(at: usize): bool {
  const a = load<u32>(at);
  const b = load<u32>(at, 4);
  const c = load<u32>(at, 8);
  const one = a & SOUND_MASK;
  const two = b & SOUND_MASK;
  const three = c & SOUND_MASK;
  if (mayBeHeard(soundsHash(one, two, three))) return true;
  const otherOne = (a >>> OTHER_SHIFT) & SOUND_MASK;
  const otherTwo = (b >>> OTHER_SHIFT) & SOUND_MASK;
  const otherThree = (c >>> OTHER_SHIFT) & SOUND_MASK;
  const others = u32(otherOne !== 0) | (u32(otherTwo !== 0) << 1) | (u32(otherThree !== 0) << 2);
  for (let which = others; which > 0; which = (which - 1) & others)
    if (
      mayBeHeard(
        soundsHash(which & 1 ? otherOne : one, which & 2 ? otherTwo : two, which & 4 ? otherThree : three),
      )
    )
      return true;
  return false;
}
