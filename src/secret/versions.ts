import { createHash } from 'node:crypto';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { Aws } from '../aws/clients.ts';
import { absent, codeOf, isKmsFailure, surelyNotApplied } from '../aws/error-codes.ts';
import { poll } from '../aws/patience.ts';
import { STALE } from '../aws/times.ts';
import { CallError } from '../errors.ts';
import { keepSecret, warn } from '../log.ts';

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
  /** The secret's name. */
  secret: string;
  id: string;
  /** Staging labels. A version without any is kept by Secrets Manager for a day at least. */
  stages: string[];
  /** Empty if it cannot be understood: somebody wrote it by hand. */
  content: SecretContent;
}

export const CURRENT = 'AWSCURRENT';
export const PENDING = 'AWSPENDING';
export const PREVIOUS = 'AWSPREVIOUS';

/** The version that carries a label. */
export function staged(versions: SecretVersion[], stage: string): SecretVersion | undefined {
  return versions.find(({ stages }) => stages.includes(stage));
}

/** A version id (which is also the request token that makes a call idempotent) that follows from what it is for. */
export function versionToken(...parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 64);
}

/**
 * Reads a version; undefined if there is none of that id.
 *
 * @param surely the ledger says that it is there: a read that does not show it is stale
 * @throws CallError also if the KMS key is out of reach, unless the version has no label and so may be given up
 */
export async function readVersion(
  aws: Aws,
  secret: string,
  id: string,
  stages: string[],
  { surely = false }: { surely?: boolean } = {},
): Promise<SecretVersion | undefined> {
  const read = () =>
    absent(aws.secrets(new GetSecretValueCommand({ SecretId: secret, VersionId: id }))).catch((error) => {
      // Marked for deletion: nothing can be read.
      if (codeOf(error) !== 'InvalidRequest') throw error;
      return undefined;
    });
  try {
    const value = surely ? await poll(read, (found) => found !== undefined, STALE, aws.signal) : await read();
    if (!value) return undefined;
    const content = parseContent(value.SecretString);
    keepSecret(content.accessSecretKey);
    keepSecret(content.consolePassword);
    return { secret, id, stages, content };
  } catch (error) {
    if (stages.length > 0 || !isKmsFailure(error)) throw error;
    warn(`The version ${id} of the secret "${secret}" cannot be read: its KMS key is out of reach.`);
    return undefined;
  }
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

/** Stores a version, as AWSPENDING unless told otherwise. The same token with the same content again does nothing. */
export async function putVersion(
  aws: Aws,
  secret: string,
  token: string,
  content: SecretContent,
  stage = PENDING,
): Promise<SecretVersion> {
  await aws.secrets(
    new PutSecretValueCommand({
      SecretId: secret,
      ClientRequestToken: token,
      SecretString: JSON.stringify(content),
      VersionStages: [stage],
    }),
    // A secret that was made or restored a moment ago.
    { fresh: true, passing: ['ResourceNotFound'] },
  );
  return { secret, id: token, stages: [stage], content };
}

/**
 * Moves a label to a version, or takes it away from `from` without `to`. AWS wants to know from which version, and what
 * is read may be stale: a refusal is followed by a fresh look, until AWS agrees, as it does when the label is there already.
 * When AWS moves AWSCURRENT, it moves AWSPREVIOUS to the version that was current.
 *
 * @param from the version that is believed to have it
 */
export async function moveStage(
  aws: Aws,
  SecretId: string,
  VersionStage: string,
  from: string | undefined,
  to: string | undefined,
): Promise<void> {
  let holder = from;
  let mayBeMoved = false;
  for (const end = Date.now() + STALE.forMs; ; ) {
    // A fresh look is followed by a try in any case, however long the first one was under way.
    const isLast = Date.now() > end;
    try {
      await aws.secrets(
        new UpdateSecretVersionStageCommand({
          SecretId,
          VersionStage,
          RemoveFromVersionId: holder === to ? undefined : holder,
          MoveToVersionId: to,
        }),
      );
      return;
    } catch (error) {
      mayBeMoved ||= !surelyNotApplied(error);
      if (error instanceof CallError) error.mayBeApplied = mayBeMoved;
      if (codeOf(error) !== 'InvalidParameter') throw error;
      const believed = holder;
      const tells = (found: string | undefined) => found !== believed;
      holder = await poll(() => holderOf(aws, SecretId, VersionStage), tells, STALE, aws.signal);
      if (!to && holder !== from) return;
      // Shown there for as long as a read can be stale: AWS may refuse to move a label to where it is.
      if (to && believed === to && holder === to) return;
      if (isLast) throw error;
    }
  }
}

/** The id of the version that has a label, as far as a read shows. */
export async function holderOf(aws: Aws, SecretId: string, stage: string): Promise<string | undefined> {
  const { VersionIdsToStages = {} } =
    (await absent(aws.secrets(new DescribeSecretCommand({ SecretId })))) ?? {};
  return Object.keys(VersionIdsToStages).find((id) => VersionIdsToStages[id]?.includes(stage));
}
