import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { characters } from '../data/characters.ts';
import type { Term } from '../lexicon/term.ts';
import { pick, seeded, term } from './terms.ts';

/**
 * Neutral text: the manual pages of Debian's `manpages-zh` and the handbook of `debian-reference-zh-cn`, which
 * `npm test` installs (bin/test.mjs). Read where Debian lays them; nothing of them is kept here.
 */
const MANUALS = ['/usr/share/man/zh_CN', '/usr/share/man/zh_TW'];
const HANDBOOK = '/usr/share/debian-reference/debian-reference.zh-cn.txt.gz';

/** Code points of the shortest and the longest message: what people write under a broadcast. */
const SHORTEST = 4;
const LONGEST = 60;

const SENTENCE = /[^。！？；!?]+[。！？；!?]*/g;
const HAN = /\p{Script=Han}.*\p{Script=Han}/su;

/** Paragraphs of a manual page without its troff requests and escapes (groff(7)). */
function paragraphsOf(page: string): string[] {
  const paragraphs: string[] = [];
  let lines: string[] = [];
  const end = (): void => {
    if (lines.length > 0) paragraphs.push(lines.join(' '));
    lines = [];
  };
  for (const line of page.split('\n')) {
    if (/^[.']\s*\\"/.test(line)) continue;
    const [, request = '', rest = ''] = /^[.']\s*([A-Za-z]+)\s*(.*)$/.exec(line) ?? [];
    if (request === '' && line.trim() !== '' && !line.startsWith('.')) lines.push(line);
    else if (/^[BIRSM]{1,2}$/.test(request)) lines.push(rest.replaceAll('"', ''));
    else end();
  }
  end();
  return paragraphs.map((text) =>
    text
      .replace(/\\f(\(..|\[[^\]]*\]|.)/g, '')
      .replace(/\\\((..)/g, '')
      .replace(/\\s[-+]?\d/g, '')
      .replace(/\\([-e])/g, (_, c: string) => (c === '-' ? '-' : '\\'))
      .replace(/\\[,/&|^%~ ]/g, ''),
  );
}

/** Paragraphs of the handbook: blank lines part them, rules and frames of tables fall away. */
const handbook = (): string[] =>
  gunzipSync(readFileSync(HANDBOOK))
    .toString('utf8')
    .split(/\n\s*\n/)
    .map((text) => text.replace(/[|+─-]{3,}|\|/g, ' '));

/** Cuts a paragraph into sentences, and a sentence longer than a message where a clause ends. */
function* messagesOf(paragraph: string): Generator<string> {
  const text = paragraph.replace(/\s+/g, ' ').replace(/(?<=\p{Script=Han}) (?=\p{Script=Han})/gu, '');
  for (const [sentence] of text.matchAll(SENTENCE)) {
    let message = '';
    for (const clause of sentence.split(/(?<=[，、：,:])/)) {
      if (message.length > 0 && message.length + clause.length > LONGEST) {
        yield message.trim();
        message = '';
      }
      message += clause;
    }
    yield message.trim();
  }
}

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.gz'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/**
 * Every different message that the two packages give, the same on each machine with the same packages: sentences of
 * `SHORTEST` to `LONGEST` code points with Chinese in them.
 * @throws where a package is not installed
 */
export function neutralMessages(): string[] {
  const found = new Set<string>();
  const take = (paragraphs: readonly string[]): void => {
    for (const paragraph of paragraphs)
      for (const message of messagesOf(paragraph)) {
        const points = [...message].length;
        if (points >= SHORTEST && points <= LONGEST && HAN.test(message) && !message.includes('\ufffd'))
          found.add(message);
      }
  };
  take(handbook());
  for (const folder of MANUALS)
    for (const file of files(folder)) take(paragraphsOf(gunzipSync(readFileSync(file)).toString('utf8')));
  return [...found];
}

const INVENTED_TERMS = 10_000;
/** Characters in use that invented terms are drawn from, and how long the terms are. */
const CHARACTERS = 2_000;
const LENGTHS = [2, 3, 3, 3, 4, 4, 4, 4, 5, 6];

/** Terms of the characters that the messages themselves use most, in simplified spelling: the same every time. */
export function inventedTerms(messages: readonly string[]): Term[] {
  const uses = new Map<string, number>();
  for (const text of messages)
    for (const char of text.match(/\p{Script=Han}/gu) ?? []) uses.set(char, (uses.get(char) ?? 0) + 1);
  const { simple } = characters();
  const common = [...uses]
    .filter(([char]) => char.length === 1 && !simple.has(char))
    .sort((a, b) => b[1] - a[1])
    .slice(0, CHARACTERS)
    .map(([char]) => char);
  const random = seeded(7);
  const texts = new Set<string>();
  while (texts.size < INVENTED_TERMS)
    texts.add(Array.from({ length: pick(random, LENGTHS) }, () => pick(random, common)).join(''));
  return [...texts].map((text) => term(text));
}
