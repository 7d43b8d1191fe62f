import { Problem } from '@weir/kit';

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json | undefined };

/** Nesting of a record; ours are three levels deep. */
const DEPTH = 8;

/**
 * JSON with one form only (RFC 8785): names sorted by UTF-16 units, no white space, ECMAScript's numbers.
 * Names whose value is undefined are left out. Half surrogate pairs, which RFC 8785 refuses, are written as escapes:
 * what somebody typed must be recorded, not argued with.
 * @throws Problem `bad_request` for numbers that are not finite and for nesting beyond 8
 */
export function canonical(value: Json, depth = 0): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Problem('bad_request', 'A record takes finite numbers only');
    return String(value === 0 ? 0 : value);
  }
  if (value === null || typeof value !== 'object') return String(value);
  if (depth >= DEPTH) throw new Problem('bad_request', 'A record is nested too deep');
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonical(item, depth + 1)).join(',')}]`;
  const fields = value as { readonly [name: string]: Json | undefined };
  let out = '';
  for (const name of Object.keys(fields).sort()) {
    const field = fields[name];
    if (field === undefined) continue;
    out += `${out === '' ? '' : ','}${JSON.stringify(name)}:${canonical(field, depth + 1)}`;
  }
  return `{${out}}`;
}
