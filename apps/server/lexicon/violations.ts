import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_THRESHOLDS, type Thresholds } from '@weir/text';

/** A category of what must not be said (REQUIREMENTS.md 9.1), and from which score its hits are held and refused. */
export type Violation = {
  code: string;
  label: { 'zh-CN': string; en: string };
  threshold: { hold: number; refuse: number };
};

const FILE = join(fileURLToPath(new URL('../../../policies', import.meta.url)), 'violations.json');

/** The shipped taxonomy, a provider's own data. @throws Error where the file is missing or no JSON */
export function readViolations(file = FILE): ReadonlyMap<string, Violation> {
  const { items } = JSON.parse(readFileSync(file, 'utf8')) as { items: Violation[] };
  return new Map(items.map((item) => [item.code, item]));
}

/** Thresholds as the text engine takes them; categories that the taxonomy does not know have its default. */
export function thresholdsOf(violations: ReadonlyMap<string, Violation>): Thresholds {
  const known = [...violations.values()].map(({ code, threshold }) => [code, threshold] as const);
  return { ...DEFAULT_THRESHOLDS, ...Object.fromEntries(known) };
}
