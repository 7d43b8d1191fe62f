import { once } from 'node:events';
import { parseArgs } from 'node:util';
import {
  ALL_STAGES,
  compile,
  Engine,
  type Hit,
  type Lexicon,
  LexiconError,
  parseLexicon,
  parseStages,
} from '@weir/text';
import { readLexiconFile } from './lexiconFile.ts';
import { linesOf } from './lines.ts';
import { WrongUse } from './misuse.ts';
import type { Operator } from './operator.ts';
import { exportLexicon } from './textExport.ts';
import { importLexicon } from './textImport.ts';

export const TEXT_HELP = `weir text check --lexicon FILE [--stages all|none|a,b] [--explain]
                                             lines in, a verdict with hits as JSON for each out
weir text build --lexicon FILE [--stages …] [--json]
                                             compiles a lexicon; its size and time
weir text import FILE [--note TEXT] [--draft] [--json]
                                             into the running service, in force on every edge
weir text export [--version N] [--json] [--out FILE]
                                             the lexicon in force, or a version of it, as CSV or JSON`;

const OPTIONS = {
  lexicon: { type: 'string' },
  stages: { type: 'string' },
  explain: { type: 'boolean' },
  json: { type: 'boolean' },
  note: { type: 'string' },
  draft: { type: 'boolean' },
  version: { type: 'string' },
  out: { type: 'string' },
} as const;

/**
 * `weir text check | build` need no service, `import` brings a lexicon into one, `export` out of it. 0 done, 2 wrong use; a lexicon that
 * cannot be read is refused (1).
 */
export async function runText(args: string[], operator: () => Operator): Promise<number> {
  const { values, positionals } = parsed(args);
  const [what, ...more] = positionals;
  const { version, out, ...others } = values;
  if (what === 'export') {
    const { json = false, ...unknown } = others;
    if (more.length > 0 || Object.keys(unknown).length > 0) throw new WrongUse(TEXT_HELP);
    if (version !== undefined && !/^[1-9]\d{0,8}$/.test(version))
      throw new WrongUse('--version takes the number of a version');
    const form = json ? 'json' : 'csv';
    await exportLexicon(operator(), {
      version: version === undefined ? undefined : Number(version),
      form,
      out,
    });
    return 0;
  }
  if (version !== undefined || out !== undefined) throw new WrongUse(TEXT_HELP);
  if (what === 'import') {
    const [path, ...rest] = more;
    if (path === undefined || rest.length > 0 || values.lexicon || values.stages || values.explain)
      throw new WrongUse(TEXT_HELP);
    const { note, draft = false, json = false } = values;
    await importLexicon(operator(), path, { note, draft, json });
    return 0;
  }
  if (
    (what !== 'check' && what !== 'build') ||
    more.length > 0 ||
    !values.lexicon ||
    values.note ||
    values.draft
  )
    throw new WrongUse(TEXT_HELP);
  const mask = stagesOf(values.stages);
  const lexicon = await lexiconOf(values.lexicon);
  const compiled = compile(lexicon, mask);
  if (what === 'check') await check(new Engine(compiled), values.explain === true);
  else if (values.json)
    console.log(
      JSON.stringify({
        terms: lexicon.terms.length,
        bytes: compiled.bytes,
        ms: Math.round(compiled.buildMs),
      }),
    );
  else
    console.log(
      `${lexicon.terms.length} terms, ${(compiled.bytes / 1e6).toFixed(1)} MB, ${Math.round(compiled.buildMs)} ms`,
    );
  return 0;
}

function parsed(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (why) {
    throw new WrongUse((why as Error).message);
  }
}

function stagesOf(text: string | undefined): number {
  try {
    return text === undefined ? ALL_STAGES : parseStages(text);
  } catch (why) {
    throw new WrongUse((why as Error).message);
  }
}

async function lexiconOf(path: string): Promise<Lexicon> {
  const text = await readLexiconFile(path);
  try {
    return parseLexicon(text);
  } catch (why) {
    if (!(why instanceof LexiconError)) throw why;
    throw new Error(`${path}:${why.at > 0 ? '' : ' '}${why.message}`);
  }
}

/** Reads stdin line by line; where the first line begins with `{`, each is JSON with a `text`. */
async function check(engine: Engine, explain: boolean): Promise<void> {
  let json: boolean | undefined;
  let number = 0;
  for await (const line of linesOf(process.stdin)) {
    number++;
    json ??= line.startsWith('{');
    if (json && line.trim() === '') continue;
    const text = json ? textOf(line, number) : line;
    const answer = JSON.stringify(explain ? explained(engine, text) : judged(engine, text));
    if (!process.stdout.write(`${answer}\n`)) await once(process.stdout, 'drain');
  }
}

function judged(engine: Engine, text: string) {
  const { verdict, hits } = engine.check(text);
  return { text, verdict, hits: hits.map(placed) };
}

/** The same with what each hit is in the text, whether all of it was read, and which hits allow terms overruled. */
function explained(engine: Engine, text: string) {
  const { verdict, hits, whole, overruled } = engine.explain(text);
  const written = (hit: Hit) => ({
    ...placed(hit),
    severity: hit.severity,
    written: text.slice(hit.start, hit.end),
  });
  return {
    text,
    verdict,
    hits: hits.map(written),
    whole,
    overruled: overruled.map(({ overrules, ...by }) => ({ ...by, overrules: written(overrules) })),
  };
}

const placed = ({ term, category, start, end, stages }: Hit) => ({ term, category, start, end, stages });

function textOf(line: string, number: number): string {
  try {
    const { text } = JSON.parse(line) as { text?: unknown };
    if (typeof text === 'string') return text;
  } catch {
    // Told below.
  }
  throw new Error(`Line ${number} is no JSON object with a text`);
}
