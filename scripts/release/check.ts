import type { Release } from './release-json.ts';

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
