import { basename } from 'node:path';
import { Problem } from '@weir/kit';
import { readLexiconFile } from './lexiconFile.ts';
import type { Operator } from './operator.ts';

type Version = {
  version: number;
  terms: number;
  added: number;
  removed: number;
  changed: number;
  state: string;
};

/**
 * Brings a lexicon into the running service, all of it in place of what is there, and puts it in force on every edge;
 * `draft` only makes the version. Nothing is taken of a file with an error, which is named with its line.
 * @throws Error, Problem
 */
export async function importLexicon(
  operator: Operator,
  path: string,
  options: { note: string | undefined; draft: boolean; json: boolean },
): Promise<void> {
  const csv = await readLexiconFile(path);
  const note = options.note ?? `import ${basename(path)}`;
  let made: Version;
  try {
    made = await operator<Version>('POST', '/api/lexicon/versions', { csv, note });
  } catch (why) {
    throw why instanceof Problem && why.code === 'lexicon_invalid' ? new Error(`${path}:${why.detail}`) : why;
  }
  if (!options.draft)
    made = await operator<Version>('POST', `/api/lexicon/versions/${made.version}/activate`, { note });
  if (options.json) console.log(JSON.stringify(made));
  else {
    const { version, state, terms, added, removed, changed } = made;
    console.log(
      `version ${version} is ${state}: ${terms} terms, ${added} added, ${removed} removed, ${changed} changed`,
    );
  }
}
