import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'vite';
import type { Catalogue } from './start.ts';

/** Attributes that people read or hear; words in them belong to the catalogue. */
const SPOKEN = new Set(['title', 'alt', 'placeholder', 'aria-label', 'label', 'aria-description']);
const LETTERS = /\p{L}{2,}/u;
const HEX_COLOUR = /#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})\b/gi;
/** i18next's endings for plural forms; languages have different ones. */
const PLURAL = /_(zero|one|two|few|many|other)$/;

type Node = { type: string; [field: string]: unknown };

/** Full keys of a catalogue, plural endings taken off. */
export function keysOf(catalogue: Catalogue, before = ''): Set<string> {
  const keys = new Set<string>();
  for (const [name, value] of Object.entries(catalogue)) {
    if (typeof value === 'string') keys.add(`${before}${name}`.replace(PLURAL, ''));
    else for (const key of keysOf(value, `${before}${name}.`)) keys.add(key);
  }
  return keys;
}

/** Names of the `{{values}}` each text takes, by key. */
function valuesOf(catalogue: Catalogue, before = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(catalogue)) {
    if (typeof value !== 'string')
      for (const [key, values] of valuesOf(value, `${before}${name}.`)) found.set(key, values);
    else found.set(`${before}${name}`.replace(PLURAL, ''), (value.match(/\{\{\w+\}\}/g) ?? []).sort().join());
  }
  return found;
}

/** What one language has and the other lacks, values of texts included; empty where they agree. */
export function catalogueFaults(zh: Catalogue, en: Catalogue): string[] {
  const [zhValues, enValues] = [valuesOf(zh), valuesOf(en)];
  const faults: string[] = [];
  for (const key of new Set([...zhValues.keys(), ...enValues.keys()])) {
    if (!zhValues.has(key)) faults.push(`zh-CN lacks ${key}`);
    else if (!enValues.has(key)) faults.push(`en lacks ${key}`);
    else if (zhValues.get(key) !== enValues.get(key)) faults.push(`${key} takes different values`);
  }
  return faults;
}

/**
 * Reads every component under `folders` and tells what breaks the rules of texts and colours: words in
 * JSX, keys that the catalogue lacks, hex colours outside tokens. For tests; runs in Node.
 * @example expect(sourceFaults(['apps/site'], { ...zhCN, ...siteZh })).toEqual([]);
 */
export function sourceFaults(folders: string[], catalogue: Catalogue): string[] {
  const keys = keysOf(catalogue);
  return folders.flatMap(sources).flatMap((path) => {
    const text = readFileSync(path, 'utf8');
    if (path.endsWith('.css')) return path.endsWith('/tokens.css') ? [] : colourFaults(path, text);
    if (path.includes('/i18n/')) return [];
    return [...colourFaults(path, text), ...jsxFaults(path, text, keys)];
  });
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(
      (entry) => entry.isFile() && /\.(tsx?|css)$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name),
    )
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/\/(node_modules|dist|mock|test)\//.test(path));
}

function colourFaults(path: string, text: string): string[] {
  return (text.match(HEX_COLOUR) ?? [])
    .filter((hex) => /[0-9]/.test(hex) || hex.length === 7)
    .map((hex) => `${path}: colour ${hex} outside tokens`);
}

function jsxFaults(path: string, text: string, keys: Set<string>): string[] {
  const faults: string[] = [];
  const lang = path.endsWith('.tsx') ? 'tsx' : 'ts';
  walk(parseAst(text, { lang }) as unknown as Node, (node) => {
    if (node.type === 'JSXText' && LETTERS.test(String(node['value'])))
      faults.push(`${path}: words in JSX: ${String(node['value']).trim()}`);
    if (node.type === 'JSXAttribute') {
      const name = (node['name'] as Node)['name'];
      const value = node['value'] as Node | null;
      if (SPOKEN.has(String(name)) && value?.type === 'Literal' && LETTERS.test(String(value['value'])))
        faults.push(`${path}: words in ${String(name)}: ${String(value['value'])}`);
    }
    const key = keyOf(node);
    if (key && ![...keys].some((known) => key.test(known)))
      faults.push(`${path}: no text for ${key.source.slice(1, -1).replaceAll('\\.', '.')}`);
  });
  return faults;
}

/** The catalogue key a `t(…)` call asks for, as a pattern; parts known only at run time match anything. */
function keyOf(node: Node): RegExp | undefined {
  if (node.type !== 'CallExpression' || (node['callee'] as Node)['name'] !== 't') return undefined;
  const [first] = node['arguments'] as Node[];
  const literal = (text: string): string => text.replaceAll('.', '\\.');
  if (first?.type === 'Literal' && typeof first['value'] === 'string')
    return new RegExp(`^${literal(first['value'])}$`);
  if (first?.type !== 'TemplateLiteral') return undefined;
  const quasis = first['quasis'] as { value: { raw: string } }[];
  return new RegExp(`^${quasis.map((part) => literal(part.value.raw)).join('.+')}$`);
}

function walk(node: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(node)) for (const one of node) walk(one, visit);
  else if (node && typeof node === 'object') {
    if (typeof (node as Node).type === 'string') visit(node as Node);
    for (const value of Object.values(node)) if (value && typeof value === 'object') walk(value, visit);
  }
}
