import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Release, readRelease } from '../release/release-json.ts';
import { replaceSection } from './marked-section.ts';

const root = join(import.meta.dirname, '../..');

/** Where a release's one-file template lies; a version's object never changes. */
export function templateUrl(bucket: string, region: string, version: string): string {
  return `https://${bucket}.s3.${region}.amazonaws.com/rv-access-bundle/${version}/rv-access-bundle.yaml`;
}

/** Opens the review page of CloudFormation in the Region that the user has chosen in the console. */
export function launchLink(bucket: string, region: string, version: string): string {
  const query = new URLSearchParams({
    templateURL: templateUrl(bucket, region, version),
    stackName: 'rv-access-bundle',
    param_ConsoleAccess: 'UserAndRole',
    param_DeletionProtection: 'WhenInUse',
  });
  return `https://console.aws.amazon.com/cloudformation/home#/stacks/create/review?${query}`;
}

/** The README's launch section: a quick-create link once `release.json` names the bucket of the published template. */
export function launchSection(
  { launchBucket, launchBucketRegion, sarApplicationId }: Release,
  version: string,
): string {
  if (!launchBucket || !launchBucketRegion)
    return `> **Version ${version} has no launch link yet**: its template is not published. Deploy it from a clone, as above, or with
> \`.venv/bin/sam build\` and \`.venv/bin/sam deploy\`.`;
  const repository =
    sarApplicationId &&
    `, or take it from the [Serverless Application Repository](${sarLink(sarApplicationId)})`;
  return `[![Launch stack](docs/launch-stack.svg)](${launchLink(launchBucket, launchBucketRegion, version)})

Opens version ${version} in the AWS console, in the Region you work in${repository ?? ''}. Acknowledge that it creates IAM resources, and
press *Create stack*.`;
}

function sarLink(applicationId: string): string {
  const [, , , region, account, application = ''] = applicationId.split(':');
  const name = application.split('/').pop();
  return `https://serverlessrepo.aws.amazon.com/applications/${region}/${account}/${name}`;
}

/** The first commands of the README. */
export function cloneSection({ repositoryUrl }: Release): string {
  return `\`\`\`sh
git clone ${repositoryUrl ?? 'https://github.com/OWNER/REPOSITORY'} rv-access-bundle && cd rv-access-bundle
npm run build
aws cloudformation deploy --stack-name rv-access-bundle --template-file dist/rv-access-bundle.yaml --s3-bucket BUCKET \\
  --capabilities CAPABILITY_IAM
\`\`\``;
}

/** The README as it must stand. */
export function readmeWithLaunchSection(): string {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const release = readRelease(root);
  const withClone = replaceSection(readme, 'clone', cloneSection(release));
  return replaceSection(withClone, 'launch', launchSection(release, version));
}
