/**
 * Puts defects into the committed sources one by one, runs the tests of the function on each, and writes `docs/mutants.md`:
 * which test notices it. Fails if one is noticed by none, or if its text is not in the sources any more.
 *
 *     node scripts/mutation.ts [text]    only those with that text in file or description; the page stays as it is
 *     node scripts/mutation.ts --check   only whether each still fits the sources, as they lie here
 */
import { execFile, execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { control, mutants } from './mutants/list.ts';
import { type Mutant, mutate } from './mutants/mutant.ts';
import { mutantsPage, type Outcome } from './mutants/page.ts';

const root = join(import.meta.dirname, '..');
const AT_ONCE = 2;
/** Of one run of the tests, in milliseconds; a function that never ends is noticed as well. */
const PATIENCE = 600_000;
/** Random lives are left out: that one of them notices a defect would be luck. */
const SLOWER_TESTS = ['kept-lives', 'sweep', 'interleavings', 'leaks', 'pairs'].map(
  (name) => `tests/faults/${name}.test.ts`,
);

const scratch = mkdtempSync(join(tmpdir(), 'mutants-'));
const pristine = join(scratch, 'pristine');

/** The sources as they are committed, whatever is being edited meanwhile. */
function checkOut(): void {
  mkdirSync(pristine);
  const archive = execFileSync('git', ['archive', 'HEAD'], { cwd: root, maxBuffer: 1 << 28 });
  execFileSync('tar', ['-x', '-C', pristine], { input: archive });
}

/** The tests of the function against AWS in memory, one call or request at a time. */
function quickTests(tree: string): string[] {
  const files = readdirSync(join(tree, 'tests')).filter((name) => name.endsWith('.test.ts'));
  return ['tests/entities/', ...files.map((name) => `tests/${name}`)];
}

/** The first test that fails on a copy of the sources with this defect; undefined if all pass. */
async function firstFailure(tree: string, mutant: Mutant | undefined): Promise<string | undefined> {
  cpSync(join(pristine, 'src'), join(tree, 'src'), { recursive: true });
  if (mutant) writeFileSync(join(tree, 'src', mutant.file), mutated(mutant));
  return (await failureIn(tree, quickTests(tree))) ?? (await failureIn(tree, SLOWER_TESTS));
}

/** @throws Error if the text is not there, or if what comes out is no TypeScript: every test would notice that */
function mutated(mutant: Mutant, tree = pristine): string {
  const source = mutate(readFileSync(join(tree, 'src', mutant.file), 'utf8'), mutant);
  transformSync(source, { loader: 'ts' });
  return source;
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
  const cache = ['--fsModuleCachePath', join(tree, '.cache/modules')];
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const failed = await new Promise<boolean>((resolve) => {
    execFile(
      process.execPath,
      [vitest, 'run', ...options, ...cache, '--outputFile', report, ...tests],
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
  for (const { name, assertionResults } of results) {
    const test = assertionResults.find((each) => each.status === 'failed');
    if (test) return `${name.slice(tree.length + 1)}: ${test.fullName}`;
  }
  const unloaded = results.find(({ status, message }) => status === 'failed' && message);
  if (unloaded) return `${unloaded.name.slice(tree.length + 1)}: ${unloaded.message.split('\n')[0]}`;
  return 'an error outside of the tests';
}

/** Works on the items side by side, each worker in a tree of its own. */
async function inTrees<Item, Result>(
  items: Item[],
  work: (tree: string, item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  const worker = async () => {
    const tree = mkdtempSync(join(scratch, 'tree-'));
    cpSync(pristine, tree, { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
    for (const [index, item] of queue) results[index] = await work(tree, item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

/** How many no longer fit the sources, each told. */
function misfits(all: Mutant[], tree: string): number {
  const told = all.flatMap((mutant) => {
    try {
      mutated(mutant, tree);
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  });
  for (const message of told) console.error(message);
  return told.length;
}

async function main(wanted: string | undefined): Promise<number> {
  const every = [...Object.values(mutants).flat(), control];
  if (wanted === '--check') return misfits(every, root);
  checkOut();
  if (misfits(every, pristine) > 0) return 1;
  const all = Object.entries(mutants).flatMap(([part, list]) => list.map((mutant) => ({ part, mutant })));
  const [healthy, broken] = await inTrees([undefined, control], firstFailure);
  if (healthy) throw new Error(`Without any defect this test fails: ${healthy}`);
  if (!broken) throw new Error('The tests do not notice that nothing works: they were not run.');
  console.log('Without a defect all tests pass; with nothing working they fail.');

  const chosen = all.filter(({ mutant }) => !wanted || `${mutant.file} ${mutant.breaks}`.includes(wanted));
  const outcomes = await inTrees(chosen, async (tree, { part, mutant }): Promise<Outcome> => {
    const noticedBy = await firstFailure(tree, mutant);
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
