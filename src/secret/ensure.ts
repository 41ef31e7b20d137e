import { RestoreSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { Aws } from '../aws/clients.ts';
import { codeOf } from '../aws/error-codes.ts';
import { poll, sleep } from '../aws/patience.ts';
import { NAME_TAKEN, STALE } from '../aws/times.ts';
import type { DesiredSecret } from '../bundle/bundle.ts';
import { ConflictError } from '../errors.ts';
import { createOrFind } from '../resource/ownership.ts';
import type { Resource } from '../resource/resource.ts';
import { describeSecret, type ObservedSecret, tagSecret } from './secret.ts';
import { CURRENT, putVersion, versionToken } from './versions.ts';

/**
 * Makes the secret or finds that it is there, with two peculiarities of Secrets Manager: the name of one that was deleted at once stays taken for
 * a while, and the name of one that is scheduled for deletion is taken, too, though a stale read may not show it.
 *
 * @throws ConflictError in the latter case: a fresh look will find a secret that can be restored, or a stranger's
 */
export async function createSecret(
  aws: Aws,
  resource: Resource<DesiredSecret, ObservedSecret>,
  tag: string,
): Promise<{ observed: ObservedSecret; made: boolean }> {
  const { name } = resource.desired;
  for (const end = Date.now() + NAME_TAKEN.forMs; ; ) {
    try {
      return await createOrFind(aws, resource, tag);
    } catch (error) {
      if (codeOf(error) !== 'InvalidRequest') throw error;
      const isScheduled = (seen: ObservedSecret | undefined) => seen?.deletedDate !== undefined;
      const found = await poll(() => describeSecret(aws, name), isScheduled, STALE, aws.signal);
      if (found) throw new ConflictError(`The secret "${name}" is scheduled for deletion.`);
      if (Date.now() > end) throw error;
      await sleep(NAME_TAKEN.everyMs, aws.signal);
    }
  }
}

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
  const token = versionToken(name, tags, observed.deletedDate ?? 'restored');
  await putVersion(aws, name, token, fixed, CURRENT);
  return { ...restored, stages: { [token]: [CURRENT] } };
}
