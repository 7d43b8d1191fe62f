import fc from 'fast-check';

/**
 * Asserts that a property holds. Where it does not, seed, path and draw go to stderr as well: where tests are tried
 * twice, the error of the first try is not shown.
 * @throws Error with what failed
 */
export function holds<T>(property: fc.IProperty<T>, numRuns: number): void {
  const details = fc.check(property, { numRuns });
  if (!details.failed) return;
  const { seed, counterexamplePath: path, counterexample, errorInstance } = details;
  const draw = `fast-check ${JSON.stringify({ seed, path, draw: counterexample })}`;
  process.stderr.write(`${draw}\n`);
  throw new Error(`${draw}\n${fc.stringify(errorInstance)}`, { cause: errorInstance });
}
