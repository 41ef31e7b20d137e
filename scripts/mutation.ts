/**
 * Puts defects into the files that what is known for certain rests on, and into those that change and delete by it, runs
 * the tests on each (Stryker), and writes `docs/mutants.md`: how many are noticed, and which are not, each with the reason
 * why that is no lack of a test. Fails if fewer than nine in ten are noticed, or if one is not noticed and nobody has said
 * why.
 *
 *     node scripts/mutation.ts              all of them: an hour on two cores; what was tried before on the same source is
 *                                           not tried again, unless there are tests with other titles
 *     node scripts/mutation.ts FILE ...     those of some files; the page stays as it is
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const REPORT = join(root, '.cache/mutation/report.json');
const REASONS = join(root, 'scripts/mutation-reasons.json');
/** The least share of defects that tests must notice. */
const LEAST = 0.9;

interface Mutant {
  mutatorName: string;
  replacement?: string;
  status: string;
  location: { start: { line: number; column: number } };
}

interface Report {
  files: Record<string, { source: string; mutants: Mutant[] }>;
}

/** A defect that no test notices. */
interface Survivor {
  file: string;
  line: number;
  /** The line as it is, and what a part of it became. */
  source: string;
  replacement: string;
}

const NOTICED = ['Killed', 'Timeout'];
const COUNTS = [...NOTICED, 'Survived', 'NoCoverage'];

const files = process.argv.slice(2);
const stryker = join(root, 'node_modules/.bin/stryker');
const only = files.length > 0 ? ['--mutate', files.join(',')] : [];
const { status } = spawnSync(stryker, ['run', ...only], { cwd: root, stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

const report = JSON.parse(readFileSync(REPORT, 'utf8')) as Report;
const reasons = JSON.parse(readFileSync(REASONS, 'utf8')) as Record<string, string>;

const rows = Object.entries(report.files).map(([file, { mutants }]) => {
  const counted = mutants.filter((mutant) => COUNTS.includes(mutant.status));
  const count = (statuses: string[]) => counted.filter((one) => statuses.includes(one.status)).length;
  return { file, all: counted.length, noticed: count(NOTICED), endless: count(['Timeout']) };
});
const survivors = Object.entries(report.files).flatMap(([file, { source, mutants }]) =>
  mutants
    .filter(({ status: outcome }) => ['Survived', 'NoCoverage'].includes(outcome))
    .map(
      ({ location, mutatorName, replacement }): Survivor => ({
        file,
        line: location.start.line,
        source: source.split('\n')[location.start.line - 1]?.trim() ?? '',
        replacement: replacement ?? mutatorName,
      }),
    ),
);
const keyOf = ({ file, source, replacement }: Survivor) => `${file}: ${source} => ${replacement}`;
const unexplained = survivors.filter((survivor) => !(keyOf(survivor) in reasons));
const all = rows.reduce((sum, row) => sum + row.all, 0);
const noticed = rows.reduce((sum, row) => sum + row.noticed, 0);
const endless = rows.reduce((sum, row) => sum + row.endless, 0);

if (files.length === 0) writeFileSync(join(root, 'docs/mutants.md'), page());
for (const survivor of unexplained) console.error(`Not noticed, and no reason given: ${keyOf(survivor)}`);
console.log(`${noticed} of ${all} defects are noticed.`);
if (noticed < LEAST * all || unexplained.length > 0) process.exit(1);

function page(): string {
  const code = (text: string) =>
    `\`${text.replaceAll('|', '\\|').replaceAll('`', "'").replace(/\s+/g, ' ').slice(0, 90)}\``;
  return `# Defects that the tests notice

Written by \`node scripts/mutation.ts\`, which puts defects into the files that what is known for certain rests on, and into
those that change and delete by it, one by one, and runs the tests of \`scripts/mutation/which.ts\` on each. ${noticed} of ${all}
are noticed (${Math.round((1000 * noticed) / all) / 10} %), ${endless} of them since something goes on without end.

| file | defects | noticed |
| --- | --- | --- |
${rows.map((row) => `| \`${row.file}\` | ${row.all} | ${row.noticed} |`).join('\n')}

## Not noticed

| file | line as it is | becomes | why that is no lack of a test |
| --- | --- | --- | --- |
${survivors.map((one) => `| \`${one.file}\` | ${code(one.source)} | ${code(one.replacement)} | ${reasons[keyOf(one)] ?? 'nobody has said: a test may be lacking'} |`).join('\n')}
`;
}
