import type * as secretsManager from '@aws-sdk/client-secrets-manager';
import type { Operations } from './operation.ts';
import { invalidParameter, policySyntaxError, publicPolicy, unsupportedPrincipal } from './secrets-errors.ts';
import { liveSecret } from './secrets-lookup.ts';
import type { Secret } from './secrets-state.ts';
import type { World } from './world.ts';

type Statement = { Principal?: string | { AWS?: string | string[] } };

function principals(document: string): string[] {
  let parsed: { Statement?: Statement | Statement[] };
  try {
    parsed = JSON.parse(document);
  } catch {
    throw policySyntaxError();
  }
  return [parsed.Statement ?? []].flat().flatMap(({ Principal }) => {
    if (typeof Principal === 'string') return [Principal];
    return [Principal?.AWS ?? []].flat();
  });
}

/** A user or role that is not there; a policy that named one which was deleted shows its unique id in place of its ARN. */
const isUnknown = ({ unknownAccounts }: World, principal: string): boolean =>
  unknownAccounts.includes(principal) ||
  unknownAccounts.includes(principal.split(':')[4] ?? '') ||
  /^A(ROA|IDA)/.test(principal);

export function addReplicas(
  world: World,
  secret: Secret,
  added: secretsManager.ReplicaRegionType[] | undefined,
): void {
  const regions = (added ?? []).map(({ Region = '' }) => Region);
  for (const region of regions) {
    if (region === world.region || secret.replicas.some((replica) => replica.region === region)) {
      throw invalidParameter(`Invalid replica region: the secret is already in ${region}.`);
    }
  }
  for (const { Region = '', KmsKeyId } of added ?? []) {
    secret.replicas.push({
      region: Region,
      ...(KmsKeyId === undefined ? {} : { kmsKeyId: KmsKeyId }),
      ...(world.lag.replication > 0 ? { readyAt: Date.now() + world.lag.replication } : {}),
    });
    if (secret.leaving) delete secret.leaving[Region];
  }
}

/** Regions that still hold a replica, the ones on their way out among them: such a secret cannot be deleted. */
export function replicaRegions({ replicas, leaving = {} }: Secret): string[] {
  const going = Object.keys(leaving).filter((region) => Date.now() < (leaving[region] ?? 0));
  return [...replicas.map(({ region }) => region), ...going];
}

/** How far the replicas have come, as `DescribeSecret` tells it. */
export function replicationStatus(world: World, secret: Secret): secretsManager.ReplicationStatusType[] {
  return secret.replicas.map(({ region, kmsKeyId, readyAt = 0 }) => {
    const replica = { Region: region, KmsKeyId: kmsKeyId ?? 'alias/aws/secretsmanager' };
    if (Date.now() < readyAt) return { ...replica, Status: 'InProgress' };
    const message = world.failingReplicas[region];
    return message === undefined
      ? { ...replica, Status: 'InSync' }
      : { ...replica, Status: 'Failed', StatusMessage: message };
  });
}

/** Resource policies and replicas. */
export const secretSharingOperations = {
  GetResourcePolicy(world: World, input: secretsManager.GetResourcePolicyCommandInput) {
    const secret = liveSecret(world, input.SecretId);
    const ResourcePolicy = secret.resourcePolicy;
    return {
      ARN: secret.arn,
      Name: secret.name,
      ...(ResourcePolicy === undefined ? {} : { ResourcePolicy }),
    };
  },

  PutResourcePolicy(world: World, input: secretsManager.PutResourcePolicyCommandInput) {
    const secret = liveSecret(world, input.SecretId);
    const named = principals(input.ResourcePolicy ?? '');
    if (input.BlockPublicPolicy && named.includes('*')) throw publicPolicy();
    if (named.some((principal) => isUnknown(world, principal))) throw unsupportedPrincipal();
    secret.resourcePolicy = input.ResourcePolicy ?? '';
    return { ARN: secret.arn, Name: secret.name };
  },

  DeleteResourcePolicy(world: World, input: secretsManager.DeleteResourcePolicyCommandInput) {
    const secret = liveSecret(world, input.SecretId);
    delete secret.resourcePolicy;
    return { ARN: secret.arn, Name: secret.name };
  },

  ReplicateSecretToRegions(world: World, input: secretsManager.ReplicateSecretToRegionsCommandInput) {
    const secret = liveSecret(world, input.SecretId);
    addReplicas(world, secret, input.AddReplicaRegions);
    return { ARN: secret.arn };
  },

  RemoveRegionsFromReplication(world: World, input: secretsManager.RemoveRegionsFromReplicationCommandInput) {
    const secret = liveSecret(world, input.SecretId);
    for (const region of input.RemoveReplicaRegions ?? []) {
      if (!secret.replicas.some((replica) => replica.region === region)) {
        throw invalidParameter(`Invalid replica region: the secret has no replica in ${region}.`);
      }
    }
    secret.replicas = secret.replicas.filter(({ region }) => !input.RemoveReplicaRegions?.includes(region));
    if (world.lag.replication > 0) {
      secret.leaving ??= {};
      for (const region of input.RemoveReplicaRegions ?? [])
        secret.leaving[region] = Date.now() + world.lag.replication;
    }
    return { ARN: secret.arn };
  },
} satisfies Operations;
