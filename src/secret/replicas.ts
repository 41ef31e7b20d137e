import {
  RemoveRegionsFromReplicationCommand,
  ReplicateSecretToRegionsCommand,
} from '@aws-sdk/client-secrets-manager';
import type { Aws } from '../aws/clients.ts';
import { codeOf } from '../aws/error-codes.ts';
import { poll } from '../aws/patience.ts';
import { REPLICA, STALE } from '../aws/times.ts';
import type { DesiredSecret } from '../bundle/bundle.ts';
import { PreconditionError } from '../errors.ts';
import type { Change } from '../resource/change.ts';
import { describeSecret, type Replica } from './secret.ts';

const FAILED = 'Failed';

/** A multi-Region key encrypts its replicas too; any other key cannot leave its Region. */
function replica({ kmsKeyArn }: DesiredSecret, Region: string): { Region: string; KmsKeyId?: string } {
  const [arn, partition, service, , ...key] = kmsKeyArn.split(':');
  return key.join(':').includes(':key/mrk-')
    ? { Region, KmsKeyId: [arn, partition, service, Region, ...key].join(':') }
    : { Region };
}

/** What makes the replicas those that are desired. One that has failed is made anew. */
export function replicaChanges(
  aws: Aws,
  desired: DesiredSecret,
  observed: Replica[],
  mayBe: (DesiredSecret | undefined)[],
): Change[] {
  const { name, replicaRegions } = desired;
  const before = mayBe.flatMap((state) => state?.replicaRegions ?? []);
  const removed = [...new Set(before)].filter((region) => !replicaRegions.includes(region));
  const isUncertain = mayBe.some((state) => !state || !sameList(state.replicaRegions, replicaRegions));
  const statusOf = (region: string) => observed.find((other) => other.region === region)?.status;
  const added = replicaRegions.filter(
    (region) => isUncertain || [undefined, FAILED].includes(statusOf(region)),
  );
  const failed = added.filter((region) => statusOf(region) === FAILED);
  const changes: Change[] = [];
  if (removed.length > 0)
    changes.push({
      difference: `it may have replicas in ${removed.join(', ')} and should not`,
      apply: () => removeReplicas(aws, name, removed),
    });
  if (added.length > 0)
    changes.push({
      difference: `its replicas in ${added.join(', ')} are not known to be in order`,
      async apply() {
        await removeReplicas(aws, name, failed);
        await addReplicas(aws, desired, added);
      },
    });
  return changes;
}

const sameList = (one: string[], other: string[]) => [...one].sort().join() === [...other].sort().join();

/** Replicates, and waits until the replicas are in order. */
async function addReplicas(aws: Aws, desired: DesiredSecret, regions: string[]): Promise<void> {
  const { name } = desired;
  for (const region of regions) {
    try {
      await aws.secrets(
        new ReplicateSecretToRegionsCommand({
          SecretId: name,
          AddReplicaRegions: [replica(desired, region)],
        }),
        { fresh: true, passing: ['ResourceNotFound'] },
      );
    } catch (error) {
      // It is there already: of a call whose answer was lost, or of a state that the ledger was not sure of.
      if (!['InvalidParameter', 'InvalidRequest', 'ResourceExists'].includes(codeOf(error))) throw error;
      const isThere = (seen: Replica[]) => seen.some((other) => other.region === region);
      if (!isThere(await poll(() => replicasOf(aws, name), isThere, STALE, aws.signal))) throw error;
    }
  }
  const ours = (replicas: Replica[]) => replicas.filter(({ region }) => regions.includes(region));
  const replicas = await poll(
    async () => ours(await replicasOf(aws, name)),
    (seen) => seen.length === regions.length && seen.every(({ status }) => status !== 'InProgress'),
    REPLICA,
    aws.signal,
  );
  const failed = replicas.filter(({ status }) => status === FAILED);
  if (failed.length > 0)
    throw new PreconditionError(
      failed.map(
        ({ region, message }) =>
          `The replica of the secret "${name}" in ${region} failed: ${message.replace(/\.$/, '')}. ` +
          'Remove the cause, or take the Region out of ReplicaRegions; the next update makes it anew.',
      ),
    );
}

/** Removes replicas, one by one; those that are gone already are as good. */
export async function removeReplicas(aws: Aws, SecretId: string, regions: string[]): Promise<void> {
  for (const region of regions) {
    try {
      await aws.secrets(
        new RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions: [region] }),
      );
    } catch (error) {
      if (!['InvalidParameter', 'ResourceNotFound'].includes(codeOf(error))) throw error;
      const isGone = (seen: Replica[]) => !seen.some((other) => other.region === region);
      if (!isGone(await poll(() => replicasOf(aws, SecretId), isGone, STALE, aws.signal))) throw error;
    }
  }
}

const replicasOf = async (aws: Aws, name: string): Promise<Replica[]> =>
  (await describeSecret(aws, name))?.replicas ?? [];
