/**
 * Writes every part of a page that follows from something else in the repository; with `--check` writes nothing, says
 * which pages are not as they should be, and fails. With `--reliability` it first takes over the figures of the last run
 * of all tests, with `--life` the story that `npm start` tells.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chart } from '../bench/report/chart.ts';
import { page as performancePage } from '../bench/report/page.ts';
import type { Results } from '../bench/results.ts';
import { readmeWithLaunchSection } from './docs/launch-link.ts';
import { lifePicture } from './docs/life/picture.ts';
import { recordLife } from './docs/life/record.ts';
import { templateWithRevision } from './docs/policy-revision.ts';
import { publishReliability, reliabilityPage } from './docs/reliability.ts';
import { securityReview } from './docs/security.ts';

const root = join(import.meta.dirname, '..');
const results = (): Results => JSON.parse(readFileSync(join(root, 'bench/results.json'), 'utf8'));

/** How each page must stand. In this order, as one may be made of another. */
const pages: Record<string, () => string> = {
  'template.yaml': templateWithRevision,
  'README.md': readmeWithLaunchSection,
  'docs/life.svg': lifePicture,
  'docs/security/permissions.md': securityReview,
  'docs/reliability.md': reliabilityPage,
  'docs/performance.md': () => performancePage(results()),
  'docs/performance.svg': () => chart(results()),
};

/** The pages that are not as they must stand. */
export function outdatedPages(): string[] {
  return Object.keys(pages).filter((page) => readFileSync(join(root, page), 'utf8') !== pages[page]?.());
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  if (process.argv.includes('--reliability')) publishReliability();
  if (process.argv.includes('--life')) recordLife();
  const outdated = outdatedPages();
  if (process.argv.includes('--check')) {
    for (const page of outdated) console.error(`${page} is not up to date: run \`npm run docs\`.`);
    if (outdated.length > 0) process.exitCode = 1;
  } else
    for (const page of outdated) {
      writeFileSync(join(root, page), pages[page]?.() ?? '');
      console.log(`Wrote ${page}.`);
    }
}
