import { createHash } from 'node:crypto';
import {
  CreateSecretCommand,
  DeleteResourcePolicyCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RemoveRegionsFromReplicationCommand,
  ReplicateSecretToRegionsCommand,
  RestoreSecretCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { type Aws, absent, allPages, codeOf, sleep } from './aws.ts';
import type { DesiredSecret } from './bundle.ts';
import { type Claim, notOwned, type Step } from './entity.ts';
import { keepSecret } from './log.ts';
import { sameDocument } from './policy-document.ts';
import { BUNDLE_TAG, fromAwsTags, missingTags, staleTagKeys, type Tags, toAwsTags } from './tags.ts';

/** What the secret holds, as JSON: the body of the Redis Cloud API's `POST /v1/cloud-accounts`, and the book-keeping. */
export interface SecretContent {
  name?: string;
  provider?: string;
  accessKeyId?: string;
  accessSecretKey?: string;
  consoleUsername?: string;
  consolePassword?: string;
  signInLoginUrl?: string;
  iamRoleName?: string;
  /** The serials that these credentials were made for. */
  accessKeySerial?: number;
  passwordSerial?: number;
  /** The key that the last rotation replaced and that still works. */
  previousAccessKeyId?: string;
}

export interface SecretVersion {
  id: string;
  /** Staging labels. A version without any is kept by Secrets Manager for a day at least. */
  stages: string[];
  /** Empty if it cannot be understood: somebody wrote it by hand. */
  content: SecretContent;
}

export interface LiveSecret {
  name: string;
  arn: string;
  tags: Tags;
  createdDate: Date | undefined;
  /** When its deletion was scheduled; values cannot be read then. */
  deletedDate: Date | undefined;
  /** Whether it is ours and not scheduled for deletion; otherwise `versions` is empty. */
  readable: boolean;
  kmsKeyId: string | undefined;
  replicaRegions: string[];
  versions: SecretVersion[];
}

/** What the state before an Update had set on the secret. Only that is taken back; what others set stays. */
export interface SecretBefore {
  kmsKeyArn: string;
  readerArns: string[];
  replicaRegions: string[];
}

export const CURRENT = 'AWSCURRENT';
export const PENDING = 'AWSPENDING';
export const PREVIOUS = 'AWSPREVIOUS';

const MANAGED_KEY = 'alias/aws/secretsmanager';
const READERS_SID = 'RvAccessBundleReaders';

/**
 * Reads a secret with the contents of its labelled versions; undefined if there is none of that name.
 *
 * @param isOurs tells by the tags whether the values may be read
 */
export async function observeSecret(
  aws: Aws,
  name: string,
  isOurs: (tags: Tags) => boolean,
): Promise<LiveSecret | undefined> {
  const secret = await absent(aws.secrets(new DescribeSecretCommand({ SecretId: name })));
  if (!secret) return undefined;
  const tags = fromAwsTags(secret.Tags);
  const readable = !secret.DeletedDate && isOurs(tags);
  const stages = readable ? Object.entries(secret.VersionIdsToStages ?? {}) : [];
  return {
    name,
    arn: secret.ARN ?? '',
    tags,
    createdDate: secret.CreatedDate,
    deletedDate: secret.DeletedDate,
    readable,
    kmsKeyId: secret.KmsKeyId,
    replicaRegions: (secret.ReplicationStatus ?? []).map(({ Region = '' }) => Region),
    versions: await Promise.all(stages.map(([id, labels]) => readVersion(aws, name, id, labels))),
  };
}

/** Reads the versions that have lost all their labels. */
export async function unlabelledVersions(aws: Aws, { name, versions }: LiveSecret): Promise<SecretVersion[]> {
  const all = await allPages(async (NextToken) => {
    const page = await aws.secrets(
      new ListSecretVersionIdsCommand({ SecretId: name, IncludeDeprecated: true, NextToken }),
    );
    return { items: page.Versions, marker: page.NextToken };
  });
  const ids = all
    .map(({ VersionId = '' }) => VersionId)
    .filter((id) => !versions.some((known) => known.id === id));
  return Promise.all(ids.map((id) => readVersion(aws, name, id, [])));
}

async function readVersion(
  aws: Aws,
  SecretId: string,
  VersionId: string,
  stages: string[],
): Promise<SecretVersion> {
  const value = await absent(aws.secrets(new GetSecretValueCommand({ SecretId, VersionId })));
  const content = parseContent(value?.SecretString);
  keepSecret(content.accessSecretKey);
  keepSecret(content.consolePassword);
  return { id: VersionId, stages, content };
}

/** A parser's error would quote the text, so it is dropped. */
function parseContent(text = ''): SecretContent {
  try {
    const parsed = JSON.parse(text) as unknown;
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

/** The version that carries a label. */
export function staged(versions: SecretVersion[], stage: string): SecretVersion | undefined {
  return versions.find(({ stages }) => stages.includes(stage));
}

/** A version id (which is also the request token that makes a call idempotent) that follows from what it is for. */
export function versionToken(...parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 64);
}

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

/** A multi-Region key encrypts its replicas too; any other key cannot leave its Region. */
function replica({ kmsKeyArn }: DesiredSecret, Region: string): { Region: string; KmsKeyId?: string } {
  const [arn, partition, service, , ...key] = kmsKeyArn.split(':');
  return key.join(':').includes(':key/mrk-')
    ? { Region, KmsKeyId: [arn, partition, service, Region, ...key].join(':') }
    : { Region };
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
    const missing = toAwsTags(missingTags(live.tags, tags));
    const TagKeys = staleTagKeys(live.tags, tags, tagsBefore);
    if (missing.length > 0) await aws.secrets(new TagResourceCommand({ SecretId, Tags: missing }));
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

/** Makes somebody else's secret ours, and restores it if its deletion was scheduled. */
export async function takeOverSecret(aws: Aws, { name, deletedDate }: LiveSecret, tags: Tags): Promise<void> {
  if (deletedDate) await aws.secrets(new RestoreSecretCommand({ SecretId: name }));
  await aws.secrets(new TagResourceCommand({ SecretId: name, Tags: toAwsTags(tags) }));
}

/**
 * Stores a version as AWSPENDING. The same token with the same content again does nothing; with another content AWS answers
 * `ResourceExists`, which makes the token a lock: of two runs that want to store the first key, one gets through.
 */
export async function putVersion(
  aws: Aws,
  SecretId: string,
  token: string,
  content: SecretContent,
): Promise<SecretVersion> {
  await aws.secrets(
    new PutSecretValueCommand({
      SecretId,
      ClientRequestToken: token,
      SecretString: JSON.stringify(content),
      VersionStages: [PENDING],
    }),
  );
  return { id: token, stages: [PENDING], content };
}

/** Reads one version whose id is known, if it is there. */
export async function findVersion(aws: Aws, name: string, id: string): Promise<SecretVersion | undefined> {
  const version = await readVersion(aws, name, id, []);
  return Object.keys(version.content).length > 0 ? version : undefined;
}

/**
 * Moves a label to a version (from the one that has it), or takes it away from `from` without `to`. When AWS moves
 * AWSCURRENT, it moves AWSPREVIOUS to the version that was current. A label that another run has moved is looked up.
 */
export async function moveStage(
  aws: Aws,
  SecretId: string,
  VersionStage: string,
  from: string | undefined,
  to: string | undefined,
): Promise<void> {
  try {
    await aws.secrets(
      new UpdateSecretVersionStageCommand({
        SecretId,
        VersionStage,
        RemoveFromVersionId: from,
        MoveToVersionId: to,
      }),
    );
  } catch (error) {
    if (codeOf(error) !== 'InvalidParameter') throw error;
    const secret = await aws.secrets(new DescribeSecretCommand({ SecretId }));
    const holder = Object.entries(secret.VersionIdsToStages ?? {}).find(([, stages]) =>
      stages.includes(VersionStage),
    );
    if (holder?.[0] !== to) throw error;
  }
}

/** What differs in key, replicas and readers, as steps that set it right. */
export async function shapeSecret(
  aws: Aws,
  desired: DesiredSecret,
  live: LiveSecret,
  before: SecretBefore | undefined,
): Promise<Step[]> {
  const SecretId = desired.name;
  const steps: Step[] = [];
  const liveKey = live.kmsKeyId && live.kmsKeyId !== MANAGED_KEY ? live.kmsKeyId : '';
  const isKey = (arn: string | undefined) =>
    arn === liveKey || (liveKey !== '' && arn?.endsWith(`/${liveKey}`));
  if (desired.kmsKeyArn ? !isKey(desired.kmsKeyArn) : liveKey && isKey(before?.kmsKeyArn))
    steps.push(() =>
      aws.secrets(new UpdateSecretCommand({ SecretId, KmsKeyId: desired.kmsKeyArn || MANAGED_KEY })),
    );

  const added = desired.replicaRegions.filter((region) => !live.replicaRegions.includes(region));
  const removed = (before?.replicaRegions ?? []).filter(
    (region) => live.replicaRegions.includes(region) && !desired.replicaRegions.includes(region),
  );
  if (added.length > 0)
    steps.push(() =>
      aws.secrets(
        new ReplicateSecretToRegionsCommand({
          SecretId,
          AddReplicaRegions: added.map((region) => replica(desired, region)),
        }),
      ),
    );
  if (removed.length > 0)
    steps.push(() =>
      aws.secrets(new RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions: removed })),
    );

  if (desired.readerArns.length > 0 || (before && before.readerArns.length > 0))
    steps.push(...(await shapeReaders(aws, SecretId, desired.readerArns)));
  return steps;
}

interface ResourcePolicy {
  Version: string;
  Statement: { Sid?: string }[];
}

/** Our one statement in the secret's policy; statements of others stay. */
async function shapeReaders(aws: Aws, SecretId: string, readerArns: string[]): Promise<Step[]> {
  const found = await absent(aws.secrets(new GetResourcePolicyCommand({ SecretId })));
  const live = JSON.parse(
    found?.ResourcePolicy || '{"Version":"2012-10-17","Statement":[]}',
  ) as ResourcePolicy;
  const others = [live.Statement].flat().filter(({ Sid }) => Sid !== READERS_SID);
  const ours = {
    Sid: READERS_SID,
    Effect: 'Allow',
    Principal: { AWS: readerArns },
    Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
    Resource: '*',
  };
  const statements = readerArns.length > 0 ? [...others, ours] : others;
  const policy = JSON.stringify({ ...live, Statement: statements });
  if (sameDocument(encodeURIComponent(JSON.stringify(live)), policy)) return [];
  return [
    () =>
      statements.length > 0
        ? aws.secrets(
            new PutResourcePolicyCommand({ SecretId, ResourcePolicy: policy, BlockPublicPolicy: true }),
          )
        : aws.secrets(new DeleteResourcePolicyCommand({ SecretId })),
  ];
}
