import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
} from '@aws-sdk/client-secrets-manager';
import { type Aws, absent, allPages, codeOf } from '../aws/clients.ts';
import { fromAwsTags, type Tags } from '../bundle/tags.ts';
import { keepSecret, log } from '../log.ts';

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
  /** Only in a version without credentials: ids of keys that must not be stored any more. See `closeMint`. */
  givenUp?: string[];
}

export interface SecretVersion {
  id: string;
  /** Staging labels. A version without any is kept by Secrets Manager for a day at least. */
  stages: string[];
  /** Empty if it cannot be understood: somebody wrote it by hand. */
  content: SecretContent;
  createdDate?: Date | undefined;
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
  return { id: VersionId, stages, content, createdDate: value?.CreatedDate };
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

/** Reads one version whose id is known, if it is there. */
export async function findVersion(aws: Aws, name: string, id: string): Promise<SecretVersion | undefined> {
  const version = await readVersion(aws, name, id, []);
  return Object.keys(version.content).length > 0 ? version : undefined;
}

/** Whether the secret was deleted, or is scheduled for it: the sign of a Delete that has overtaken this request. */
export async function secretIsGone(aws: Aws, name: string): Promise<boolean> {
  try {
    const secret = await absent(aws.secrets(new DescribeSecretCommand({ SecretId: name })));
    return !secret || secret.DeletedDate !== undefined;
  } catch (error) {
    log({ level: 'warning', action: 'DescribeSecret', outcome: codeOf(error) });
    return false;
  }
}
