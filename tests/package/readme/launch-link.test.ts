import { describe, expect, test } from 'vitest';
import { cloneSection, launchLink, launchSection, templateUrl } from '../../../scripts/docs/launch-link.ts';
import { readRelease } from '../../../scripts/release/release-json.ts';
import { root } from '../docs/markdown.ts';
import { template } from '../template/template.ts';

const unset = {
  repositoryUrl: null,
  sarApplicationId: null,
  sarBucket: null,
  publisherRoleArn: null,
  launchBucket: null,
  launchBucketRegion: null,
};

test('release.json can be read', () => {
  expect(Object.keys(readRelease(root))).toEqual(Object.keys(unset));
});

test('while the bucket is not known there is no link, and the command stands in its place', () => {
  const section = launchSection(unset, '1.2.3');
  expect(section).toContain('Version 1.2.3');
  expect(section).toContain('`.venv/bin/sam deploy`');
  expect(section).not.toContain('https://');
});

test('the first command clones the repository, by its address once that is known', () => {
  const repositoryUrl = 'https://github.com/a-company/rv-access-bundle';
  expect(cloneSection(unset)).toContain('git clone https://github.com/OWNER/REPOSITORY rv-access-bundle');
  expect(cloneSection({ ...unset, repositoryUrl })).toContain(`git clone ${repositoryUrl} rv-access-bundle`);
});

describe('with a bucket', () => {
  const link = new URL(launchLink('my-bucket', 'eu-west-1', '1.2.3'));
  const query = new URLSearchParams(link.hash.split('?')[1]);

  test('the link opens the review page with the template of exactly this version', () => {
    expect(link.hash).toMatch(/^#\/stacks\/create\/review\?/);
    expect(query.get('templateURL')).toBe(templateUrl('my-bucket', 'eu-west-1', '1.2.3'));
    expect(query.get('templateURL')).toContain('/1.2.3/');
    expect(query.get('stackName')).toMatch(/^[a-zA-Z][\w-]*$/);
  });

  test('it presets parameters that exist, to their defaults', () => {
    const preset = [...query].filter(([key]) => key.startsWith('param_'));
    expect(preset.length).toBeGreaterThan(0);
    for (const [key, value] of preset) expect(template.Parameters[key.slice(6)]?.Default).toBe(value);
  });

  test('the section has the button, and the repository once it is known', () => {
    const known = { ...unset, launchBucket: 'my-bucket', launchBucketRegion: 'eu-west-1' };
    expect(launchSection(known, '1.2.3')).toContain(link.href);
    const sarApplicationId = 'arn:aws:serverlessrepo:us-east-1:123456789012:applications/rv-access-bundle';
    expect(launchSection({ ...known, sarApplicationId }, '1.2.3')).toContain(
      'https://serverlessrepo.aws.amazon.com/applications/us-east-1/123456789012/rv-access-bundle',
    );
  });
});
