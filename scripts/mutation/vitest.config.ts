import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = join(import.meta.dirname, '../..');

export default defineConfig({
  root,
  resolve: { alias: [{ find: /^vitest$/, replacement: join(import.meta.dirname, 'tests.ts') }] },
  test: { include: ['scripts/mutation/worker.ts'], pool: 'threads', maxWorkers: 1, isolate: false },
});
