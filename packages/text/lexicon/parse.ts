import { parseStages } from '../stage.ts';
import { readRecords } from './csv.ts';
import {
  type Lexicon,
  LexiconError,
  MAX_CATEGORY_UNITS,
  MAX_CONTEXT,
  MAX_TERM_UNITS,
  MAX_TERMS,
  type Severity,
  type Term,
} from './term.ts';

const COLUMNS = [
  'term',
  'kind',
  'category',
  'severity',
  'stages',
  'context',
  'source',
  'from',
  'to',
] as const;
type Column = (typeof COLUMNS)[number];

/** A JSON entry: the columns, with lists as arrays where that is plainer. */
type Entry = Partial<Record<Column, unknown>>;

/**
 * Reads a lexicon: CSV whose header names some of `term,kind,category,severity,stages,context,source,from,to` (RFC 4180,
 * UTF-8 with or without byte order mark), or JSON, `{version?, terms: […]}` or an array, entries with the same names.
 * Only `term` is required; of a term that stands there twice as the same kind the last counts.
 * @throws LexiconError with line or entry; nothing is taken of a lexicon that has an error
 */
export function parseLexicon(text: string): Lexicon {
  const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const { version, terms } = /^\s*[[{]/.test(body) ? parseJson(body) : parseCsv(body);
  return { version, terms: isListedOnce(terms) ? terms : lastOf(terms) };
}

/** Without a key being made for each: half a million strings less. */
function isListedOnce(terms: readonly Term[]): boolean {
  const listed = { deny: new Set<string>(), allow: new Set<string>() };
  for (const { kind, term } of terms) listed[kind].add(term);
  return listed.deny.size + listed.allow.size === terms.length;
}

const lastOf = (terms: readonly Term[]): Term[] => [
  ...new Map(terms.map((term) => [`${term.kind} ${term.term}`, term])).values(),
];

function parseJson(text: string): Lexicon {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (why) {
    throw new LexiconError(0, `no JSON: ${(why as Error).message}`);
  }
  const { version = '', terms = value } = value as { version?: unknown; terms?: unknown };
  if (!Array.isArray(terms)) throw new LexiconError(0, 'a lexicon is an array of terms, or {version, terms}');
  bounded(terms.length);
  return { version: String(version), terms: terms.map((entry, i) => readEntry(entry as Entry, i + 1)) };
}

function parseCsv(text: string): Lexicon {
  const records = readRecords(text);
  const [header, ...rows] = records;
  if (!header) throw new LexiconError(0, `it is empty; the header is ${COLUMNS.join(',')}`);
  const names = header.fields.map((name) => name.trim().toLowerCase());
  for (const name of names)
    if (!(COLUMNS as readonly string[]).includes(name))
      throw new LexiconError(
        header.line,
        `there is no column ${JSON.stringify(name)}; there are ${COLUMNS.join(', ')}`,
      );
  if (!names.includes('term')) throw new LexiconError(header.line, 'the column term is missing');
  if (new Set(names).size < names.length) throw new LexiconError(header.line, 'a column is named twice');
  bounded(rows.length);
  const terms = rows.map(({ fields, line }) => {
    if (fields.length > names.length)
      throw new LexiconError(line, `${fields.length} fields, but the header has ${names.length}`);
    const entry: Entry = {};
    for (let i = 0; i < fields.length; i++) entry[names[i] as Column] = fields[i];
    return readEntry(entry, line);
  });
  return { version: '', terms };
}

function bounded(terms: number): void {
  if (terms > MAX_TERMS) throw new LexiconError(0, `${terms} terms; a lexicon has at most ${MAX_TERMS}`);
}

function readEntry(entry: Entry, at: number): Term {
  if (typeof entry !== 'object' || entry === null)
    throw new LexiconError(at, 'an entry is an object with a term');
  const word = (name: Column): string => {
    const value = entry[name] ?? '';
    if (typeof value !== 'string' && typeof value !== 'number')
      throw new LexiconError(at, `${name} is text`, name);
    return String(value).trim();
  };
  const term = word('term');
  if (term === '') throw new LexiconError(at, 'term is empty', 'term');
  if (term.length > MAX_TERM_UNITS)
    throw new LexiconError(at, `term is longer than ${MAX_TERM_UNITS}`, 'term');
  const category = word('category');
  if (category.length > MAX_CATEGORY_UNITS)
    throw new LexiconError(at, `category is longer than ${MAX_CATEGORY_UNITS}`, 'category');
  const kind = word('kind') || 'deny';
  if (kind !== 'deny' && kind !== 'allow')
    throw new LexiconError(at, `kind is deny or allow, not ${JSON.stringify(kind)}`, 'kind');
  const severity = Number(word('severity') || 2);
  if (severity !== 1 && severity !== 2 && severity !== 3)
    throw new LexiconError(at, `severity is 1, 2 or 3, not ${JSON.stringify(entry.severity)}`, 'severity');
  const from = instant(word('from'), 'from', at);
  const to = instant(word('to'), 'to', at);
  if (from !== undefined && to !== undefined && to <= from)
    throw new LexiconError(at, 'to is not after from', 'to');
  return {
    term,
    kind,
    category,
    severity: severity as Severity,
    context: contextOf(entry.context, at),
    source: word('source'),
    ...stagesOf(entry.stages, at),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

function contextOf(value: unknown, at: number): readonly string[] {
  const texts = list(value, 'context', at);
  if (texts.some((text) => text.length > MAX_TERM_UNITS))
    throw new LexiconError(at, `a context is longer than ${MAX_TERM_UNITS}`);
  return texts;
}

function stagesOf(value: unknown, at: number): { stages?: number } {
  const names = list(value, 'stages', at);
  if (names.length === 0) return {};
  try {
    return { stages: parseStages(names.join('|')) };
  } catch (why) {
    throw new LexiconError(at, (why as Error).message, 'stages');
  }
}

/** What most entries have of lists; one for all of them. */
const NONE: readonly string[] = [];

function list(value: unknown, name: Column, at: number): readonly string[] {
  if (value === undefined || value === null || value === '') return NONE;
  const items = Array.isArray(value) ? value : typeof value === 'string' ? value.split('|') : [value];
  if (items.length > MAX_CONTEXT || !items.every((item) => typeof item === 'string'))
    throw new LexiconError(at, `${name} is at most ${MAX_CONTEXT} texts, split by |`, name);
  return items.map((item: string) => item.trim()).filter((item) => item !== '');
}

/** A day (that of UTC) or a time of ISO 8601. Of anything else `Date.parse` makes what it likes: of `v 1` a day of 2001. */
const INSTANT = /^(\d{4}-\d\d)-(\d\d)([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/;

function instant(text: string, name: Column, at: number): number | undefined {
  if (text === '') return undefined;
  const [, month, day] = INSTANT.exec(text) ?? [];
  const ms = Date.parse(text);
  if (Number.isNaN(ms) || !month || !isDay(month, Number(day)))
    throw new LexiconError(at, `${name} is a time such as 2026-11-24 or 2026-11-24T03:00:00+08:00`, name);
  return ms;
}

/** `Date.parse` takes 31 February for 3 March. */
const isDay = (month: string, day: number): boolean =>
  new Date(Date.parse(`${month}-01`) + (day - 1) * 86_400_000).getUTCDate() === day;
