import { readFile } from 'node:fs/promises';

/** The text of a lexicon's file. @throws Error where it is not UTF-8: a term with a hole in it would find nothing */
export async function readLexiconFile(path: string): Promise<string> {
  const bytes = await readFile(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error(`${path}: it is not UTF-8; save it as UTF-8`);
  }
}
