import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'all', include: ['tests/**/*.test.ts'] } },
      // The deliveries may not differ in behaviour: what a stack does is tried with the one-file template, too.
      {
        extends: true,
        test: { name: 'one file', include: ['tests/e2e/**/*.test.ts'], env: { RV_DELIVERY: 'inline' } },
      },
    ],
  },
});
