import { join } from 'node:path';
import { BackupFault } from '../fault.ts';

/** Names within a target; docs/BACKUP.md describes each. */
export const MARKER = 'weir-backup';
export const OBJECTS = 'objects';
export const GENERATIONS = 'generations';
export const KEYS = 'keys';
export const TEMPORARY = 'tmp';
/** Beside generations that are whole: one that is being written, one that is being destroyed. */
export const NEW = '.new-';
export const GONE = '.gone-';
/** Within a generation. */
export const HEAD = 'head.json';
export const ROOT = 'root.age';
export const LIST = 'objects';

/** Most bytes of plaintext in an object. */
export const OBJECT_BYTES = 4 * 1024 * 1024;
const MAX_NAME_BYTES = 1024;

const GENERATION = /^\d{8}T\d{9}Z-[0-9a-f]{8}$/;
const OBJECT = /^[0-9a-f]{64}$/;

export const isGeneration = (name: string): boolean => GENERATION.test(name);
export const isObject = (name: string): boolean => OBJECT.test(name);

/** `20261128T223000123Z-1a2b3c4d`: names sort by time. */
export function generationName(at: number, random: string): string {
  return `${new Date(at).toISOString().replaceAll(/[-:.]/g, '')}-${random}`;
}

/** The time in a generation's name, ms. */
export function timeOfName(generation: string): number {
  const [, y, mo, d, h, mi, s, ms] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z/.exec(generation) ?? [];
  return Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s), Number(ms));
}

/** Where an object lies: 256 folders by the first byte of its name. */
export const objectPath = (dir: string, id: string): string => join(dir, OBJECTS, id.slice(0, 2), id);

/** @throws BackupFault refused: names are relative, `/` between parts, without `.` and `..`, at most 1,024 bytes */
export function checkName(name: string): void {
  const isWrong =
    name.length === 0 ||
    Buffer.byteLength(name) > MAX_NAME_BYTES ||
    name.includes('\\') ||
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
    /[\u0000-\u001f\u007f]/.test(name) ||
    name.split('/').some((part) => part === '' || part === '.' || part === '..');
  if (isWrong) throw new BackupFault('refused', `${JSON.stringify(name)} is no name for an entry`);
}
