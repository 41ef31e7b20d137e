import { DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { Aws } from '../aws/clients.ts';
import { absent, codeOf } from '../aws/error-codes.ts';
import { poll } from '../aws/patience.ts';
import { STALE } from '../aws/times.ts';
import type { ToDelete } from '../resource/deletion.ts';
import { removeReplicas } from './replicas.ts';
import { describeSecret, type ObservedSecret, untagSecret } from './secret.ts';

/**
 * Looks at the secret that is to go. Its values are not read, so a key that is disabled does not matter. It is deleted
 * by its name even if nothing shows of it: a read may be stale.
 *
 * @param recoveryDays 7 to 30, or 0 to delete at once
 */
export async function secretToDelete(aws: Aws, SecretId: string, recoveryDays: number): Promise<ToDelete> {
  const found = await describeSecret(aws, SecretId);
  return {
    tags: found?.tags,
    untag: untagSecret(aws, SecretId),
    async delete() {
      const replicas = (found?.replicas ?? []).map(({ region }) => region);
      // A secret with replicas cannot be deleted, and removing them takes a moment.
      if (replicas.length > 0) await removeReplicas(aws, SecretId, replicas);
      await deleteSecret(aws, SecretId, recoveryDays, replicas.length > 0);
    },
  };
}

/** Deletes a secret, or schedules that. One that is gone or scheduled already is as good. */
async function deleteSecret(
  aws: Aws,
  SecretId: string,
  recoveryDays: number,
  hadReplicas: boolean,
): Promise<void> {
  const when =
    recoveryDays > 0 ? { RecoveryWindowInDays: recoveryDays } : { ForceDeleteWithoutRecovery: true };
  const passing = hadReplicas ? ['InvalidRequest', 'InvalidParameter'] : [];
  try {
    await absent(aws.secrets(new DeleteSecretCommand({ SecretId, ...when }), { passing }));
  } catch (error) {
    const code = codeOf(error);
    if (!['InvalidRequest', 'InvalidParameter'].includes(code)) throw error;
    // Refused as it is scheduled already, or as it has replicas: either way it is there, whatever a read says.
    const tells = (seen: ObservedSecret | undefined) =>
      code === 'InvalidRequest' ? seen?.deletedDate !== undefined : (seen?.replicas.length ?? 0) > 0;
    const found = await poll(() => describeSecret(aws, SecretId), tells, STALE, aws.signal);
    if (code === 'InvalidRequest' && (!found || found.deletedDate)) return;
    if (hadReplicas || !found?.replicas.length) throw error;
    await removeReplicas(
      aws,
      SecretId,
      found.replicas.map(({ region }) => region),
    );
    await deleteSecret(aws, SecretId, recoveryDays, true);
  }
}
