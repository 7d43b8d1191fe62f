import { parseArgs } from 'node:util';
import { LOGS, type LogName } from '@weir/ledger';
import { WrongNames, WrongUse } from './misuse.ts';

export type Options = Record<string, { type: 'string' | 'boolean'; multiple?: boolean }>;
type Given = { values: Record<string, string | boolean | (string | boolean)[] | undefined>; names: string[] };

/** Options and names of a command. @throws WrongUse where they are others, or not so many names; without `names` there may be any */
export function parse(args: string[], options: Options, ...names: number[]): Given {
  let given: { values: Given['values']; positionals: string[] };
  try {
    given = parseArgs({ args, options, allowPositionals: true });
  } catch (why) {
    throw new WrongUse(whatIsWrong(why as NodeJS.ErrnoException));
  }
  if (names.length > 0 && !names.includes(given.positionals.length)) throw new WrongNames('see weir help');
  return { values: given.values, names: given.positionals };
}

/** One line of what `parseArgs` explains in several. */
function whatIsWrong({ code, message }: NodeJS.ErrnoException): string {
  const name = /'(?:-\w, )?(--?[^' ]+)/.exec(message)?.[1];
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' && name) return `there is no option ${name} here`;
  if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE' && name)
    return message.includes('does not take') ? `${name} takes no value` : `${name} needs a value`;
  return message.split('\n')[0] ?? message;
}

export const json: Options = { json: { type: 'boolean' } };
/** An option's value where one was given. */
export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** Every value of an option that may be given more than once. */
export const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => text(one)) : [];

/** Of another form than ISO 8601 `Date.parse` makes what it likes: of 01/02/2026 the second of January. */
const ISO = /^\d{4}-\d\d-\d\d([T ].+)?$/;

/** Wall ms of an ISO 8601 time, or of ms written as such. @throws WrongUse */
export function instant(name: string, value: string): number {
  const at = /^\d+$/.test(value) ? Number(value) : ISO.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(at)) throw new WrongUse(`--${name} takes a time such as 2026-11-24T03:12:05+08:00`);
  return at;
}

/** A log's name. @throws WrongUse */
export function logName(value: string): LogName {
  if (!(LOGS as readonly string[]).includes(value))
    throw new WrongUse(`--log takes one of ${LOGS.join(', ')}`);
  return value as LogName;
}

/** That a stretch of time is one. @throws WrongUse where its end is not behind its beginning */
export function checkStretch({ from, to }: { from?: number | undefined; to?: number | undefined }): void {
  if (from !== undefined && to !== undefined && from >= to) throw new WrongUse('--from lies before --to');
}

/** A day as `YYYY-MM-DD`. @throws WrongUse where there is none such */
export function calendarDay(name: string, value: string): string {
  const at = new Date(`${value}T00:00:00Z`);
  if (Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== value)
    throw new WrongUse(`--${name} takes a day such as 2027-01-31`);
  return value;
}
