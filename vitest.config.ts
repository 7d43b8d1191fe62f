import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{packages,apps,bench,e2e,bin}/**/*.test.{ts,tsx}'],
    // The full matrix draws many times as often.
    testTimeout: process.env['WEIR_TEST_FULL'] ? 120_000 : 20_000,
    // A busy machine gets a second try; what fails twice fails.
    retry: process.env['CI'] ? 1 : 0,
    hookTimeout: 60_000,
    // Real processes and real time: more at once than cores would measure the machine, not Weir.
    maxWorkers: 2,
  },
});
