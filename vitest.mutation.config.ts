import { defineConfig } from 'vitest/config';

/** The tests that a defect is tried on: those of the function on the AWS in memory, quick ones only. */
export default defineConfig({
  test: {
    testTimeout: 20_000,
    include: ['tests/unit/{ledger,credentials,resource,reconcile}/**/*.test.ts'],
  },
});
