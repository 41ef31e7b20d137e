import {
  CreateSecretCommand,
  DescribeSecretCommand,
  RestoreSecretCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { type Aws, absent, codeOf, sleep } from '../aws/clients.ts';
import type { Bundle, DesiredSecret } from '../bundle/bundle.ts';
import {
  BUNDLE_TAG,
  fromAwsTags,
  missingTags,
  REQUESTS_TAG,
  staleTagKeys,
  type Tags,
  toAwsTags,
} from '../bundle/tags.ts';
import { OvertakenError } from '../errors.ts';
import { type Claim, notOwned, type Step } from '../resource/resource.ts';
import { deleteSecret, TOMBSTONE_DAYS } from './delete.ts';
import { CURRENT, type LiveSecret, type SecretVersion } from './secret.ts';
import { replica, shapeSecret } from './settings.ts';
import { putVersion, versionToken } from './versions.ts';

/** The id of the version that `createSecret` makes: it holds no credentials. */
export function placeholderId(bundleId: string): string {
  return versionToken(bundleId, 'placeholder');
}

/**
 * Creates the secret before any credential exists: this proves that key and permissions are in order.
 *
 * @param fixed what is known without credentials
 */
export async function createSecret(
  aws: Aws,
  bundleId: string,
  desired: DesiredSecret,
  tags: Tags,
): Promise<LiveSecret> {
  const created = await aws.secrets(
    new CreateSecretCommand({
      Name: desired.name,
      Description: 'Access of Redis Cloud to this AWS account. AWSCURRENT is the version to use.',
      ClientRequestToken: placeholderId(bundleId),
      SecretString: JSON.stringify(desired.fixed),
      KmsKeyId: desired.kmsKeyArn || undefined,
      AddReplicaRegions:
        desired.replicaRegions.length > 0
          ? desired.replicaRegions.map((region) => replica(desired, region))
          : undefined,
      Tags: toAwsTags(tags),
    }),
  );
  return {
    name: desired.name,
    arn: created.ARN ?? '',
    tags,
    createdDate: undefined,
    deletedDate: undefined,
    readable: true,
    kmsKeyId: desired.kmsKeyArn || undefined,
    replicaRegions: desired.replicaRegions,
    versions: [{ id: placeholderId(bundleId), stages: [CURRENT], content: desired.fixed }],
  };
}

/**
 * Creates a secret that only says that a Create was cancelled; its caller schedules its deletion.
 *
 * @throws StepError with the code `ResourceExists` if the Create was faster
 */
export async function createTombstone(aws: Aws, { id, secret }: Bundle, tags: Tags): Promise<void> {
  await aws.secrets(
    new CreateSecretCommand({
      Name: secret.name,
      ClientRequestToken: versionToken(id, 'cancelled'),
      SecretString: '{}',
      Tags: toAwsTags(tags),
    }),
  );
}

/** A secret that is there and ours. */
export interface ClaimedSecret {
  arn: string;
  versions: SecretVersion[];
  /** What is left to set right. */
  shape: Step[];
}

/** For how long the name of a secret that was deleted at once stays taken, in milliseconds. */
const NAME_PATIENCE = 60_000;

/**
 * Makes the secret, or brings its tags up to date; the first write to it shows whether a Delete was faster.
 *
 * @returns undefined if it is not what was read: somebody has made or deleted it in between
 */
export async function claimSecret(
  aws: Aws,
  bundleId: string,
  desired: DesiredSecret,
  live: LiveSecret | undefined,
  tags: Tags,
  tagsBefore: Tags,
): Promise<ClaimedSecret | undefined> {
  const SecretId = desired.name;
  if (live) {
    const missing = missingTags(live.tags, tags);
    const TagKeys = staleTagKeys(live.tags, tags, tagsBefore);
    if (Object.keys(missing).length > 0) await tagSecret(aws, SecretId, missing);
    if (TagKeys.length > 0) await aws.secrets(new UntagResourceCommand({ SecretId, TagKeys }));
    return { arn: live.arn, versions: live.versions, shape: [] };
  }
  for (const started = Date.now(); ; ) {
    try {
      const made = await createSecret(aws, bundleId, desired, tags);
      return {
        arn: made.arn,
        versions: made.versions,
        shape: await shapeSecret(aws, desired, made, undefined),
      };
    } catch (error) {
      if (!['ResourceExists', 'InvalidRequest'].includes(codeOf(error))) throw error;
      if (await absent(aws.secrets(new DescribeSecretCommand({ SecretId })))) return undefined;
      // Deleted without a recovery window: the name is free only after a while.
      if (Date.now() - started > NAME_PATIENCE) throw error;
      await sleep(3000, aws.signal);
    }
  }
}

/**
 * What forbids taking a secret over, as sentences. One that is scheduled for deletion and was a bundle's is free: that
 * bundle is gone. So is one that a run of this very request has restored and then died: it is older than the user that
 * the run had made before.
 */
export function obstaclesToTakeOver(
  { name, tags, createdDate, deletedDate }: LiveSecret,
  user: { tags: Tags; createDate: Date | undefined } | undefined,
  { id, adopt }: Claim,
): string[] {
  if (deletedDate)
    return BUNDLE_TAG in tags
      ? []
      : [
          `A secret of the name "${name}" was scheduled for deletion on ${deletedDate.toISOString()} and is not a bundle's. ` +
            'Restore it and give it another name, wait until it is gone, or set SecretName.',
        ];
  const restoredByUs =
    BUNDLE_TAG in tags && user?.tags[BUNDLE_TAG] === id && Number(user.createDate) > Number(createdDate);
  return adopt || restoredByUs ? [] : [notOwned('secret', name, tags)];
}

/**
 * Makes somebody else's secret ours. One whose deletion was scheduled is restored first.
 *
 * @param isPast what the scheduled secret held is put behind an empty version: credentials of a bundle that is gone, or
 *   that another secret has held since, must not come back
 */
export async function takeOverSecret(
  aws: Aws,
  { id, secret: desired }: Bundle,
  live: Pick<LiveSecret, 'name' | 'tags' | 'deletedDate'>,
  tags: Tags,
  isPast: boolean,
): Promise<void> {
  const { name } = live;
  if (live.deletedDate) {
    await aws.secrets(new RestoreSecretCommand({ SecretId: name }));
    const restored = await aws.secrets(new DescribeSecretCommand({ SecretId: name }));
    if (fromAwsTags(restored.Tags)[REQUESTS_TAG] !== live.tags[REQUESTS_TAG]) {
      // A Delete has left word in it since it was read.
      await deleteSecret(aws, name, TOMBSTONE_DAYS);
      throw new OvertakenError(`The bundle of the secret "${name}" was deleted.`);
    }
  }
  await tagSecret(aws, name, tags);
  if (live.deletedDate && isPast)
    await putVersion(aws, name, versionToken(id, live.deletedDate), desired.fixed, CURRENT);
}

export const tagSecret = (aws: Aws, SecretId: string, tags: Tags) =>
  aws.secrets(new TagResourceCommand({ SecretId, Tags: toAwsTags(tags) }));
