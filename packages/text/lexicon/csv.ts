import { type Lexicon, LexiconError, stagesText } from './term.ts';

/** One record of a CSV file and the line it begins on. */
export type CsvRecord = { fields: string[]; line: number };

/**
 * Reads CSV as RFC 4180 has it, with any line ends; lines that are empty are left out.
 * @throws LexiconError at a quote that is not closed, or has text behind it
 */
export function readRecords(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let fields: string[] = [];
  let line = 1;
  let begun = 1;
  let at = 0;
  const end = (): void => {
    if (fields.length > 1 || fields[0] !== '') records.push({ fields, line: begun });
    fields = [];
  };
  while (at < text.length) {
    if (fields.length === 0) begun = line;
    if (text[at] === '"') {
      const { value, next, lines } = quoted(text, at, line);
      fields.push(value);
      line += lines;
      at = next;
    } else {
      let stop = at;
      while (stop < text.length && text[stop] !== ',' && text[stop] !== '\n' && text[stop] !== '\r') stop++;
      fields.push(text.slice(at, stop));
      at = stop;
    }
    if (text[at] === ',') {
      at++;
      if (at < text.length && text[at] !== '\n' && text[at] !== '\r') continue;
      fields.push('');
    }
    if (text[at] === '\r' && text[at + 1] === '\n') at++;
    if (at < text.length && text[at] !== '\n' && text[at] !== '\r')
      throw new LexiconError(line, 'text behind a closing quote');
    at++;
    line++;
    end();
  }
  return records;
}

function quoted(text: string, from: number, line: number): { value: string; next: number; lines: number } {
  let value = '';
  let at = from + 1;
  for (;;) {
    const close = text.indexOf('"', at);
    if (close < 0) throw new LexiconError(line, 'a quote is not closed');
    value += text.slice(at, close);
    at = close + 1;
    if (text[at] !== '"') return { value, next: at, lines: value.split('\n').length - 1 };
    value += '"';
    at++;
  }
}

const field = (text: string): string =>
  /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
const instant = (ms: number | undefined): string => (ms === undefined ? '' : new Date(ms).toISOString());

/** Writes a lexicon as CSV that `parseLexicon` reads back the same. */
export function writeCsv({ terms }: Lexicon): string {
  const lines = terms.map(({ term, kind, category, severity, stages, context, source, from, to }) =>
    [
      term,
      kind,
      category,
      String(severity),
      stagesText(stages),
      context.join('|'),
      source,
      instant(from),
      instant(to),
    ]
      .map(field)
      .join(','),
  );
  return `term,kind,category,severity,stages,context,source,from,to\n${lines.map((line) => `${line}\n`).join('')}`;
}
