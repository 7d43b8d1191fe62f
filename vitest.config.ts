import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{packages,apps,bench,e2e,bin}/**/*.test.{ts,tsx}'],
    // The full matrix draws many times as often.
    testTimeout: process.env['WEIR_TEST_FULL'] ? 180_000 : 60_000,
    // A busy machine gets a second try; what fails twice fails.
    retry: process.env['CI'] ? 1 : 0,
    // Limits and waits end what hangs; they measure nothing, and a busy machine may need long.
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    // Real processes and real time: more at once than cores would measure the machine, not Weir.
    maxWorkers: 2,
  },
});
