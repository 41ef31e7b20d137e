import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { figuresSection, gather, type ReliabilityRun } from './figures.ts';
import { replaceSection } from './marked-section.ts';

const root = join(import.meta.dirname, '../..');
const page = join(root, 'docs/reliability.md');
const published = join(root, 'docs/reliability.json');

/** `docs/reliability.md` as it must stand, with the figures of `docs/reliability.json`. */
export function reliabilityPage(): string {
  const run = JSON.parse(readFileSync(published, 'utf8')) as ReliabilityRun;
  return replaceSection(readFileSync(page, 'utf8'), 'figures', `\n${figuresSection(run)}\n`);
}

/** Takes the figures of the last run of all tests, which must have passed, from `.cache/reliability/`. */
export function publishReliability(): void {
  const run = gather(join(root, '.cache/reliability'), process.version);
  writeFileSync(published, `${JSON.stringify(run, null, 2)}\n`);
}
