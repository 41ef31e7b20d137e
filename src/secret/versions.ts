import { createHash } from 'node:crypto';
import {
  DescribeSecretCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { type Aws, codeOf } from '../aws/clients.ts';
import { PENDING, type SecretContent, type SecretVersion } from './secret.ts';

/** A version id (which is also the request token that makes a call idempotent) that follows from what it is for. */
export function versionToken(...parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 64);
}

/**
 * Stores a version, as AWSPENDING unless told otherwise. The same token with the same content again does nothing; with another content AWS answers
 * `ResourceExists`, which makes the token a lock: of two runs that want to store the first key, one gets through.
 */
export async function putVersion(
  aws: Aws,
  SecretId: string,
  token: string,
  content: SecretContent,
  stage = PENDING,
): Promise<SecretVersion> {
  await aws.secrets(
    new PutSecretValueCommand({
      SecretId,
      ClientRequestToken: token,
      SecretString: JSON.stringify(content),
      VersionStages: [stage],
    }),
  );
  return { id: token, stages: [stage], content };
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
    if (to ? holder?.[0] !== to : holder?.[0] === from) throw error;
  }
}
