import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What only the maintainer knows; null until it is set. `docs/publishing.md` says what each is for. */
export interface Release {
  repositoryUrl: string | null;
  /** ARN of the application in the Serverless Application Repository. */
  sarApplicationId: string | null;
  /** The S3 bucket, in the application's Region, that `sam package` uploads to and the repository reads from. */
  sarBucket: string | null;
  /** The role that the release workflow assumes to publish. */
  publisherRoleArn: string | null;
  /** The S3 bucket, and its Region, from which launch links load the template. */
  launchBucket: string | null;
  launchBucketRegion: string | null;
}

export const releaseRules: Record<keyof Release, RegExp> = {
  repositoryUrl: /^https:\/\/[^\s/]+\/\S+[^/]$/,
  sarApplicationId: /^arn:aws[a-z-]*:serverlessrepo:[a-z0-9-]+:\d{12}:applications\/[\w-]+$/,
  sarBucket: /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
  publisherRoleArn: /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/,
  launchBucket: /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
  launchBucketRegion: /^[a-z]{2,4}(-[a-z]+)+-\d+$/,
};

/** @throws Error naming the field if `release.json` has an unknown one, lacks one, or holds a value that cannot be right. */
export function readRelease(root: string): Release {
  const release = JSON.parse(readFileSync(join(root, 'release.json'), 'utf8')) as Record<string, unknown>;
  const names = Object.keys(releaseRules) as (keyof Release)[];
  if (Object.keys(release).sort().join() !== [...names].sort().join())
    throw new Error(`release.json must have the fields ${names.join(', ')}, and no others.`);
  for (const name of names) {
    const value = release[name];
    if (value !== null && !(typeof value === 'string' && releaseRules[name].test(value)))
      throw new Error(`release.json: ${name} must be null or match ${releaseRules[name].source}.`);
  }
  return release as unknown as Release;
}
