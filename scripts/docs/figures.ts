import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What one kind of test did in the run. */
export interface KindOfTest {
  name: string;
  runs: number;
  faults: number;
  checks: number;
  seconds: number;
  /** Of all that there is to try, how much was tried: `all`, `one in 7`. */
  share?: string;
  operations?: number;
  races?: number;
  lives?: number;
  seed?: number;
}

/** One run of all tests of reliability. */
export interface ReliabilityRun {
  /** The day, as `2026-11-22`. */
  date: string;
  /** As `v24.21.0`. */
  node: string;
  tests: KindOfTest[];
}

/** The kinds, in the order in which the page tells them, and the folder of each. */
export const KINDS: Record<string, { what: string; where: string }> = {
  sweep: { what: 'every call of an operation goes wrong in every way', where: 'tests/faults/sweep.test.ts' },
  pairs: { what: 'two faults while a key is made', where: 'tests/faults/pairs.test.ts' },
  interleavings: {
    what: 'two requests at once, taking turns at every call',
    where: 'tests/faults/interleavings.test.ts',
  },
  lives: {
    what: 'random lives: requests, faults and changes by hand',
    where: 'tests/faults/lives.test.ts',
  },
  registration: {
    what: 'a registered bundle: each request to Redis and each call goes wrong',
    where: 'tests/faults/registration-sweep.test.ts',
  },
  'registered lives': {
    what: 'random lives of bundles that are registered at Redis',
    where: 'tests/faults/registration-lives.test.ts',
  },
  leaks: {
    what: 'fresh secrets are looked for in all that is told',
    where: 'tests/faults/leaks.test.ts',
  },
  crashes: {
    what: 'the built function is killed for real, on the local AWS',
    where: 'tests/faults/crashes/crashes.test.ts',
  },
};

/** Files older than the newest by this, in milliseconds, are of another run. */
const ONE_RUN = 12 * 3_600_000;

/**
 * Gathers what the tests have written.
 *
 * @throws Error if a kind is missing, or if the files are not of one run
 */
export function gather(folder: string, node: string): ReliabilityRun {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  const times = files.map((file) => statSync(join(folder, file)).mtimeMs);
  const newest = Math.max(...times);
  if (newest - Math.min(...times) > ONE_RUN)
    throw new Error(`The files in ${folder} are of different runs: delete them and run all tests.`);
  const found = files.map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as KindOfTest);
  const tests = Object.keys(KINDS).map((kind) => {
    const test = found.find(({ name }) => name === kind);
    if (!test) throw new Error(`${folder} lacks the figures of ${KINDS[kind]?.where}: run all tests.`);
    return test;
  });
  return { date: new Date(newest).toISOString().slice(0, 10), node, tests };
}

/** The figures as a section of the page. */
export function figuresSection({ date, node, tests }: ReliabilityRun): string {
  const number = (value: number) => Math.round(value).toLocaleString('en-US');
  const sum = (field: 'runs' | 'faults' | 'checks' | 'seconds') =>
    number(tests.reduce((total, test) => total + test[field], 0));
  const rows = tests.map((test) => {
    const { what = test.name, where = '' } = KINDS[test.name] ?? {};
    const counted = [test.runs, test.faults, test.checks, test.seconds].map(number);
    return [`[${what}](../${where})`, extent(test), ...counted];
  });
  const total = ['**together**', '', sum('runs'), sum('faults'), sum('checks'), sum('seconds')];
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const head = ['what is tried', 'how much of it', 'runs', 'faults', 'checks', 'seconds'];
  return [
    `The last run that was published: ${date}, Node ${node.slice(1)}.`,
    '',
    line(head),
    '|---|---|---:|---:|---:|---:|',
    ...[...rows, total].map(line),
  ].join('\n');
}

function extent({ operations, races, lives, seed, share }: KindOfTest): string {
  return [
    operations && `${operations} operations`,
    races && `${races} races`,
    lives && `${lives.toLocaleString('en-US')} lives`,
    seed !== undefined && `seed ${seed}`,
    share && (share === 'all' ? 'all faults' : `${share} faults`),
  ]
    .filter(Boolean)
    .join(', ');
}
