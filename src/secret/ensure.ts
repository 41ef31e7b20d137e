import { RestoreSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { Aws } from '../aws/clients.ts';
import { codeOf } from '../aws/error-codes.ts';
import type { DesiredSecret } from '../bundle/bundle.ts';
import type { Resource } from '../resource/resource.ts';
import { type ObservedSecret, tagSecret } from './secret.ts';
import { keyChanges } from './settings.ts';
import { CURRENT, putVersion, versionToken } from './versions.ts';

/**
 * Restores a secret that is scheduled for deletion and makes it ours. The ledger has noted it before, so that a Delete
 * of a run that dies in here knows it.
 *
 * @param isPast its values are those of a bundle that is gone: they are put behind a version without credentials
 */
export async function restoreSecret(
  aws: Aws,
  { desired }: Resource<DesiredSecret, ObservedSecret>,
  observed: ObservedSecret,
  isPast: boolean,
): Promise<ObservedSecret> {
  const { name, tags, fixed } = desired;
  try {
    await aws.secrets(new RestoreSecretCommand({ SecretId: name }));
  } catch (error) {
    // A run before has restored it already, which a stale read does not show.
    if (codeOf(error) !== 'InvalidRequest') throw error;
  }
  await tagSecret(aws, name, tags);
  const restored = { ...observed, tags: { ...observed.tags, ...tags }, deletedDate: undefined };
  if (!isPast) return restored;
  // Its KMS key was chosen for that bundle, and may have gone with it: nothing could be written then.
  const past = { ...desired, kmsKeyArn: observed.kmsKeyId ?? '' };
  for (const { apply } of keyChanges(aws, desired, observed, [past])) await apply();
  const token = versionToken(name, tags, observed.deletedDate ?? 'restored');
  await putVersion(aws, name, token, fixed, CURRENT);
  return { ...restored, kmsKeyId: desired.kmsKeyArn, stages: { [token]: [CURRENT] } };
}
