import { parseArgs } from 'node:util';
import { WrongUse } from './misuse.ts';

export type Options = Record<string, { type: 'string' | 'boolean'; multiple?: boolean }>;
type Given = { values: Record<string, string | boolean | (string | boolean)[] | undefined>; names: string[] };

/** Options and names of a command. @throws WrongUse where they are others, or not so many names; without `names` there may be any */
export function parse(args: string[], options: Options, ...names: number[]): Given {
  let given: { values: Given['values']; positionals: string[] };
  try {
    given = parseArgs({ args, options, allowPositionals: true });
  } catch (why) {
    throw new WrongUse((why as Error).message);
  }
  if (names.length > 0 && !names.includes(given.positionals.length)) throw new WrongUse('see weir help');
  return { values: given.values, names: given.positionals };
}

export const json: Options = { json: { type: 'boolean' } };
/** An option's value where one was given. */
export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** Every value of an option that may be given more than once. */
export const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => text(one)) : [];

/** Wall ms of an ISO 8601 time, or of ms written as such. */
export function instant(name: string, value: string): number {
  const at = /^\d+$/.test(value) ? Number(value) : Date.parse(value);
  if (Number.isNaN(at)) throw new WrongUse(`--${name} takes a time such as 2026-11-24T03:12:05+08:00`);
  return at;
}
