import { startVitest } from 'vitest/node';

/**
 * Runs every suite and ends with one line: `N passed, N failed, N skipped`.
 * `--all` asks for the full matrix of screens and faults; other arguments narrow the files.
 */
const args = process.argv.slice(2);
if (args.includes('--all')) process.env['WEIR_TEST_FULL'] = '1';
const filters = args.filter((arg) => !arg.startsWith('--'));

const vitest = await startVitest('test', filters, { run: true, watch: false });
let passed = 0;
let failed = 0;
let skipped = 0;
for (const file of vitest.state.getTestModules()) {
  if (file.errors().length > 0) failed++;
  for (const test of file.children.allTests()) {
    const { state } = test.result();
    if (state === 'passed') passed++;
    else if (state === 'failed') failed++;
    else skipped++;
  }
}
failed += vitest.state.getUnhandledErrors().length;
await vitest.close();
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
