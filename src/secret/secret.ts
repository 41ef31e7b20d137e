import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import type { Aws } from '../aws/clients.ts';
import { absent } from '../aws/error-codes.ts';
import type { DesiredSecret } from '../bundle/bundle.ts';
import type { Stack } from '../bundle/stack.ts';
import { BUNDLE_TAG, fromAwsTags, type Tags, toAwsTags } from '../bundle/tags.ts';
import type { Resource } from '../resource/resource.ts';
import { settingsChanges } from './settings.ts';
import { CURRENT, versionToken } from './versions.ts';

export interface Replica {
  region: string;
  /** `InProgress`, `InSync` or `Failed`. */
  status: string;
  message: string;
}

export interface ObservedSecret {
  arn: string;
  tags: Tags;
  /** When its deletion was scheduled; nothing but its description can be read then. */
  deletedDate: Date | undefined;
  kmsKeyId: string | undefined;
  replicas: Replica[];
  /** The labels of the versions, by version id. */
  stages: Record<string, string[]>;
  /** Days between two rotations by Secrets Manager; 0: it is switched off. */
  rotationDays: number;
  /** JSON text, if readers are desired and there is one. */
  resourcePolicy?: string | undefined;
}

/** Whether an ARN is that of the secret of this name: AWS puts a hyphen and six characters after it. */
export function isArnOf(arn: string, { partition, region, accountId }: Stack, name: string): boolean {
  const start = `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${name}-`;
  return arn.startsWith(start) && /^\w{6}$/.test(arn.slice(start.length));
}

/** What Secrets Manager says of a secret; undefined if there is none of that name. */
export async function describeSecret(aws: Aws, SecretId: string): Promise<ObservedSecret | undefined> {
  const found = await absent(aws.secrets(new DescribeSecretCommand({ SecretId })));
  if (!found) return undefined;
  return {
    arn: found.ARN ?? '',
    tags: fromAwsTags(found.Tags),
    deletedDate: found.DeletedDate,
    kmsKeyId: found.KmsKeyId,
    replicas: (found.ReplicationStatus ?? []).map(({ Region = '', Status = '', StatusMessage = '' }) => ({
      region: Region,
      status: Status,
      message: StatusMessage,
    })),
    stages: found.VersionIdsToStages ?? {},
    rotationDays: found.RotationEnabled ? (found.RotationRules?.AutomaticallyAfterDays ?? 0) : 0,
  };
}

/** The id of the version that `create` makes: it holds no credentials. */
export const placeholderToken = (desired: DesiredSecret) =>
  versionToken(desired.name, desired.tags, 'placeholder');

/**
 * The secret that holds the keys. It is made before any credential exists, which proves that its key and the function's
 * permissions are in order. Replicas come later: a condition on tags may deny them in the same call.
 */
export function secret(aws: Aws, desired: DesiredSecret): Resource<DesiredSecret, ObservedSecret> {
  const { name, tags } = desired;
  return {
    kind: 'secret',
    desired,
    keyCase: 'counts',
    async observe() {
      const found = await describeSecret(aws, name);
      if (!found || desired.readerArns.length === 0) return found;
      // Not asked about a secret that is not there: the denial, as it has no tag, would be waited out.
      const policy = await absent(aws.secrets(new GetResourcePolicyCommand({ SecretId: name }))).catch(
        () => undefined,
      );
      return { ...found, resourcePolicy: policy?.ResourcePolicy };
    },
    async create() {
      const created = await aws.secrets(
        new CreateSecretCommand({
          Name: name,
          Description: 'Access of Redis Cloud to this AWS account. AWSCURRENT is the version to use.',
          ClientRequestToken: placeholderToken(desired),
          SecretString: JSON.stringify(desired.fixed),
          KmsKeyId: desired.kmsKeyArn || undefined,
          Tags: toAwsTags(tags),
        }),
      );
      return {
        arn: created.ARN ?? '',
        tags,
        deletedDate: undefined,
        kmsKeyId: desired.kmsKeyArn || undefined,
        replicas: [],
        stages: { [created.VersionId ?? placeholderToken(desired)]: [CURRENT] },
        rotationDays: 0,
      };
    },
    tag: (missing) => tagSecret(aws, name, missing),
    untag: untagSecret(aws, name),
    isLeft: ({ deletedDate, tags: observed }) => deletedDate !== undefined && BUNDLE_TAG in observed,
    conflicts: ({ deletedDate, tags: observed }) =>
      deletedDate && !(BUNDLE_TAG in observed)
        ? [
            `A secret of the name "${name}" was scheduled for deletion on ${deletedDate.toISOString()} and is not a bundle's. ` +
              'Set SecretName, or wait until it is gone. If it is still needed, restore it.',
          ]
        : [],
    diff: (observed, mayBe) => settingsChanges(aws, desired, observed, mayBe),
  };
}

export const tagSecret = (aws: Aws, SecretId: string, tags: Tags) =>
  aws.secrets(new TagResourceCommand({ SecretId, Tags: toAwsTags(tags) }));

export const untagSecret = (aws: Aws, SecretId: string) => (TagKeys: string[]) =>
  aws.secrets(new UntagResourceCommand({ SecretId, TagKeys }));
