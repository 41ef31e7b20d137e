/**
 * Puts defects into the committed sources one by one, runs the tests of the function on each, and writes `docs/mutants.md`:
 * which test notices it. Fails if one is noticed by none, or if its text is not in the sources any more.
 *
 *     node scripts/mutants.ts [text]     only those with that text in file or description; the page stays as it is
 */
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { control, mutants } from './mutants/list.ts';
import { type Mutant, mutate } from './mutants/mutant.ts';
import { mutantsPage, type Outcome } from './mutants/page.ts';

const root = join(import.meta.dirname, '..');
const AT_ONCE = 2;
/** Of one run of the tests, in milliseconds; a function that never ends is noticed as well. */
const PATIENCE = 600_000;
/** Random lives are left out: that one of them notices a defect would be luck. */
const TESTS = [
  ...[
    'adopt',
    'aws',
    'bundle',
    'converge',
    'converge-update',
    'handler',
    'minting',
    'remove',
    'remove-whose',
  ],
  ...['request', 'requests', 'respond', 'secret-claim', 'secret-shape', 'log'],
].map((name) => `tests/${name}.test.ts`);
const SLOWER_TESTS = [
  'tests/entities',
  ...['sweep', 'interleavings', 'kept-lives', 'leaks', 'pairs'].map((name) => `tests/faults/${name}.test.ts`),
];

const scratch = mkdtempSync(join(tmpdir(), 'mutants-'));
const pristine = join(scratch, 'pristine');

/** The sources as they are committed, whatever is being edited meanwhile. */
function checkOut(): void {
  mkdirSync(pristine);
  const archive = execFileSync('git', ['archive', 'HEAD'], { cwd: root, maxBuffer: 1 << 28 });
  execFileSync('tar', ['-x', '-C', pristine], { input: archive });
}

/** The first test that fails on a copy of the sources with this defect; undefined if all pass. */
async function firstFailure(mutant: Mutant | undefined): Promise<string | undefined> {
  const tree = mkdtempSync(join(scratch, 'tree-'));
  try {
    cpSync(pristine, tree, { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
    if (mutant) {
      const file = join(tree, 'src', mutant.file);
      writeFileSync(file, mutate(readFileSync(file, 'utf8'), mutant));
    }
    return (await failureIn(tree, TESTS)) ?? (await failureIn(tree, SLOWER_TESTS));
  } finally {
    rmSync(tree, { recursive: true });
  }
}

interface Report {
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { status: string; fullName: string }[];
  }[];
}

async function failureIn(tree: string, tests: string[]): Promise<string | undefined> {
  const report = join(tree, 'report.json');
  const options = ['--project', 'all', '--bail', '1', '--maxWorkers', '2', '--reporter', 'json'];
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const failed = await new Promise<boolean>((resolve) => {
    execFile(
      process.execPath,
      [vitest, 'run', ...options, '--outputFile', report, ...tests],
      { cwd: tree, timeout: PATIENCE, killSignal: 'SIGKILL', maxBuffer: 1 << 28 },
      (error) => resolve(error !== null),
    );
  });
  if (!failed) return undefined;
  let results: Report['testResults'] = [];
  try {
    results = (JSON.parse(readFileSync(report, 'utf8')) as Report).testResults;
  } catch {
    return 'the tests do not end';
  }
  for (const { name, assertionResults, status } of results) {
    const file = name.slice(tree.length + 1);
    const test = assertionResults.find((each) => each.status === 'failed');
    if (test) return `${file}: ${test.fullName}`;
    if (status === 'failed' && assertionResults.length === 0) return `${file}: cannot be loaded`;
  }
  return 'an error outside of the tests';
}

async function inTurns<Item, Result>(
  items: Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

async function main(wanted: string | undefined): Promise<number> {
  checkOut();
  const all = Object.entries(mutants).flatMap(([part, list]) => list.map((mutant) => ({ part, mutant })));
  for (const { mutant } of [...all, { mutant: control }])
    mutate(readFileSync(join(pristine, 'src', mutant.file), 'utf8'), mutant);

  const [healthy, broken] = await Promise.all([firstFailure(undefined), firstFailure(control)]);
  if (healthy) throw new Error(`Without any defect this test fails: ${healthy}`);
  if (!broken) throw new Error('The tests do not notice that nothing works: they were not run.');
  console.log('Without a defect all tests pass; with nothing working they fail.');

  const chosen = all.filter(({ mutant }) => !wanted || `${mutant.file} ${mutant.breaks}`.includes(wanted));
  const outcomes = await inTurns(chosen, async ({ part, mutant }): Promise<Outcome> => {
    const noticedBy = await firstFailure(mutant);
    console.log(
      `${noticedBy ? 'noticed ' : 'SURVIVED'} ${mutant.breaks}\n           ${noticedBy ?? mutant.file}`,
    );
    return { part, mutant, noticedBy };
  });
  if (!wanted) writeFileSync(join(root, 'docs/mutants.md'), mutantsPage(outcomes));
  const survivors = outcomes.filter(({ noticedBy }) => !noticedBy).length;
  console.log(`${outcomes.length} defects, ${survivors} of them noticed by no test.`);
  return survivors;
}

try {
  process.exitCode = (await main(process.argv[2])) > 0 ? 1 : 0;
} finally {
  rmSync(scratch, { recursive: true });
}
