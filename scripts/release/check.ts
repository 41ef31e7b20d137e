/**
 * Says whether a version can be released: `node scripts/release-check.ts v1.0.0`. Prints what the release workflow goes
 * on with, as name=value lines; while something is missing it says what, and fails.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Release, readRelease } from './release-json.ts';

const root = join(import.meta.dirname, '../..');

/** What keeps a tag from being released, as sentences. */
export function obstaclesToRelease(release: Release, version: string, tag: string): string[] {
  const unset = Object.entries(release).filter(([, value]) => value === null);
  return [
    ...(tag === `v${version}`
      ? []
      : [`The tag is ${tag}, but package.json has version ${version}: tag v${version}.`]),
    ...(unset.length > 0
      ? [
          `release.json lacks ${unset.map(([name]) => name).join(', ')}: docs/publishing.md says what each is.`,
        ]
      : []),
  ];
}

/** What the release workflow needs to know, by name. */
export function workflowOutputs(release: Release, version: string): Record<string, string> {
  const [, , , sarRegion = ''] = (release.sarApplicationId ?? '').split(':');
  const values = Object.fromEntries(Object.entries(release).map(([name, value]) => [name, value ?? '']));
  return { version, sarRegion, ...values };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const release = readRelease(root);
  const obstacles = obstaclesToRelease(release, version, process.argv[2] ?? '(none)');
  for (const obstacle of obstacles) console.error(`Not released: ${obstacle}`);
  if (obstacles.length > 0) process.exitCode = 1;
  else
    for (const [name, value] of Object.entries(workflowOutputs(release, version)))
      console.log(`${name}=${value}`);
}
