/** A command that was used wrongly: exit code 2. */
export class WrongUse extends Error {}

/** The wrong number of names: what the command takes is said from its help. */
export class WrongNames extends WrongUse {}

/**
 * The lines of the help that begin with a command as it was typed, as far as it was right; without what they explain.
 * @example usageOf(HELP, ['hold', 'extend']) // weir hold extend ID --review DAY --note TEXT [--json]
 */
export function usageOf(help: string, typed: readonly string[]): string {
  const lines = help.split('\n');
  for (let words = Math.min(2, typed.length); words > 0; words--) {
    const begin = `weir ${typed.slice(0, words).join(' ')}`;
    const found = lines.filter((line) => line === begin || line.startsWith(`${begin} `));
    if (found.length > 0) return found.map((line) => line.replace(/ {2,}.*/, '')).join('\n');
  }
  return 'see weir help';
}
