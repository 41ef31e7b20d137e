import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  RemoveRegionsFromReplicationCommand,
} from '@aws-sdk/client-secrets-manager';
import { type Aws, absent, codeOf } from '../aws/clients.ts';
import { fromAwsTags, type Tags } from '../bundle/tags.ts';

/** The days for which the word of a cancelled Create is kept: the fewest that Secrets Manager knows. */
export const TOMBSTONE_DAYS = 7;

export interface SecretToRemove {
  tags: Tags;
  /** It will be gone by itself; nothing is left to do. */
  scheduled: boolean;
  /** Deletes it, or schedules that. Whoever still works on the bundle fails at its next write to the secret. */
  drop(): Promise<unknown>;
}

/**
 * Looks at the secret; undefined if there is none. Its values are not read, so a key that is disabled does not matter.
 *
 * @param recoveryDays 7 to 30, or 0 to delete at once
 */
export async function secretToRemove(
  aws: Aws,
  SecretId: string,
  recoveryDays: number,
): Promise<SecretToRemove | undefined> {
  const found = await absent(aws.secrets(new DescribeSecretCommand({ SecretId })));
  if (!found) return undefined;
  const replicas = (found.ReplicationStatus ?? []).map(({ Region = '' }) => Region);
  return {
    tags: fromAwsTags(found.Tags),
    scheduled: found.DeletedDate !== undefined,
    async drop() {
      // A secret with replicas cannot be deleted, and removing them takes a moment.
      if (replicas.length > 0)
        await aws
          .secrets(new RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions: replicas }))
          .catch((error) => {
            // They are gone already: the answer to the call was lost and the SDK has repeated it.
            if (codeOf(error) !== 'InvalidParameter') throw error;
          });
      await deleteSecret(aws, SecretId, recoveryDays, replicas.length > 0 ? ['InvalidRequest'] : []);
    },
  };
}

/** Deletes a secret, or schedules that. One that is scheduled already is as good. */
export async function deleteSecret(
  aws: Aws,
  SecretId: string,
  recoveryDays: number,
  passing: string[] = [],
): Promise<void> {
  const when =
    recoveryDays > 0 ? { RecoveryWindowInDays: recoveryDays } : { ForceDeleteWithoutRecovery: true };
  try {
    await absent(aws.secrets(new DeleteSecretCommand({ SecretId, ...when }), { passing }));
  } catch (error) {
    if (codeOf(error) !== 'InvalidRequest') throw error;
    const found = await absent(aws.secrets(new DescribeSecretCommand({ SecretId })));
    if (found && !found.DeletedDate) throw error;
  }
}
