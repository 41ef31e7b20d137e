import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** `tests/support/sample.ts` says what there is. */
const isLargerSample = (process.env.SAMPLE ?? 'some') !== 'some';

/**
 * The deliveries may not differ in behaviour, so what a stack does is tried with the one-file template, too: a part of it
 * as a rule, all of it in a larger sample.
 */
const triedInOneFile = isLargerSample ? ['tests/e2e/**/*.test.ts'] : ['tests/e2e/create.test.ts'];

// What programs that the tests start compile is compiled once.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '.cache/compiled');

/** What takes long, longest first. */
const LONG = [
  'simulators/local/demo',
  'faults/sweep',
  'faults/',
  'e2e/',
  'package/docs/migrating',
  'faults/crashes/',
  'package/deliveries/',
  'package/examples/',
  'package/stackset/',
  'simulators/',
  'simulators/memory-aws/as-the-local-aws',
  'package/build/',
];

/** Begins with what takes long, whatever its project, so that no core is idle at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const index = LONG.findIndex((part) => moduleId.includes(`/tests/${part}`));
      return index === -1 ? LONG.length : index;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

/** Tests of the function in this process, on the AWS in memory. */
const IN_MEMORY = ['tests/{unit,lifecycle}/**/*.test.ts', 'tests/faults/*.test.ts'];

/** What tests on the local AWS share: the process that their servers are forked from. */
const ON_THE_LOCAL_AWS = 'tests/support/fork-server.ts';

export default defineConfig({
  test: {
    // For a machine that has much else to do: no test is about a time.
    testTimeout: 300_000,
    hookTimeout: 120_000,
    // What a failed test expected and got is shown whole.
    chaiConfig: { truncateThreshold: 0 },
    // Much of the time is spent waiting for what AWS takes its time for.
    maxWorkers: 5,
    sequence: { sequencer: LongestFirst },
    projects: [
      // Random lives are the same ones on every run unless another seed is given.
      {
        extends: true,
        test: {
          name: 'in memory',
          // Loading everything anew for each file would cost as much as most files.
          isolate: false,
          include: IN_MEMORY,
          env: {
            SEED: process.env.SEED ?? '20261122',
            LIVES: process.env.LIVES ?? (isLargerSample ? '100' : '20'),
          },
        },
      },
      {
        extends: true,
        test: {
          name: 'all',
          // As above.
          isolate: false,
          include: ['tests/**/*.test.ts'],
          exclude: IN_MEMORY,
          globalSetup: ON_THE_LOCAL_AWS,
          env: { LOCAL_STALE_READS_SECONDS: '2' },
        },
      },
      {
        extends: true,
        test: {
          name: 'one file',
          include: triedInOneFile,
          globalSetup: ON_THE_LOCAL_AWS,
          env: { RV_DELIVERY: 'inline', LOCAL_STALE_READS_SECONDS: '2' },
        },
      },
    ],
  },
});
