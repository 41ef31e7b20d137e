/**
 * Prints `docs/reliability.md` with the figures of `docs/reliability.json`. With `--write`, after a run of all tests that
 * has passed, takes the figures from `.cache/reliability/` and writes both files.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { figuresSection, gather, type ReliabilityRun } from './figures.ts';
import { replaceSection } from './marked-section.ts';

const root = join(import.meta.dirname, '../..');
const page = join(root, 'docs/reliability.md');
const published = join(root, 'docs/reliability.json');

/** The page as it must stand. */
export function reliabilityPage(): string {
  const run = JSON.parse(readFileSync(published, 'utf8')) as ReliabilityRun;
  return replaceSection(readFileSync(page, 'utf8'), 'figures', `\n${figuresSection(run)}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  if (process.argv.includes('--write')) {
    const run = gather(join(root, '.cache/reliability'), process.version);
    writeFileSync(published, `${JSON.stringify(run, null, 2)}\n`);
    writeFileSync(page, reliabilityPage());
  } else console.log(reliabilityPage());
}
