import type * as secretsManager from '@aws-sdk/client-secrets-manager';
import { STACK_TAG } from './by-tag.ts';
import type { Call } from './calls.ts';
import { tagList } from './iam-tags.ts';
import { characters, LETTERS_AND_DIGITS } from './identifiers.ts';
import type { Operations } from './operation.ts';
import {
  invalidParameter,
  invalidRequest,
  resourceExists,
  resourceNotFound,
  secretsError,
} from './secrets-errors.ts';
import { anySecret, encryptWith, findSecret, liveSecret, readSecret } from './secrets-lookup.ts';
import { addReplicas, replicaRegions, replicationStatus } from './secrets-sharing.ts';
import { CURRENT, stage } from './secrets-stages.ts';
import type { Secret } from './secrets-state.ts';
import { addVersion } from './secrets-versions.ts';
import { functionArn } from './sts.ts';
import type { World } from './world.ts';

const DAY = 24 * 60 * 60 * 1000;

const TAGS_PER_SECRET = 50;

function addSecretTags(secret: Secret, tags: secretsManager.Tag[] | undefined): void {
  const keys = new Set([...Object.keys(secret.tags), ...(tags ?? []).map(({ Key }) => Key)]);
  if (keys.size > TAGS_PER_SECRET)
    throw invalidParameter(`A secret can have at most ${TAGS_PER_SECRET} tags.`);
  for (const { Key = '', Value = '' } of tags ?? []) secret.tags[Key] = Value;
}

/** The answer to a second CreateSecret of one name: idempotent by token, else refused. */
function createAgain(secret: Secret, input: secretsManager.CreateSecretCommandInput) {
  if (secret.deletion) {
    throw invalidRequest(
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  }
  const token = input.ClientRequestToken ?? '';
  if (secret.versions[token]?.value === input.SecretString && input.SecretString !== undefined) {
    return { ARN: secret.arn, Name: secret.name, VersionId: token };
  }
  throw resourceExists(`The operation failed because the secret ${secret.name} already exists.`);
}

function checkWindow({
  RecoveryWindowInDays: days,
  ForceDeleteWithoutRecovery: force,
}: secretsManager.DeleteSecretCommandInput) {
  if (days !== undefined && force) {
    throw invalidParameter(
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    );
  }
  if (days !== undefined && (days < 7 || days > 30)) {
    throw invalidParameter('The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).');
  }
}

/** How long the answer to a call takes because the AWS managed key is being made for it. */
export const managedKeyDelay = (world: World, { action, input }: Call): number =>
  action === 'CreateSecret' && !input.KmsKeyId && !world.managedKeyMade ? world.lag.managedKey : 0;

export const secretOperations = {
  CreateSecret(world: World, input: secretsManager.CreateSecretCommandInput) {
    const name = input.Name ?? '';
    const existing = findSecret(world, name);
    if (existing) return createAgain(existing, input);
    if (Date.now() < (world.freedAt[`Secret/${name}`] ?? 0)) {
      throw invalidRequest(
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    }
    encryptWith(world, input.KmsKeyId);
    if (world.deniesReplicasAtCreate && input.AddReplicaRegions?.length) {
      throw secretsError(
        'AccessDeniedException',
        `User: ${functionArn(world)} is not authorized to perform: secretsmanager:ReplicateSecretToRegions on resource: ${name} because no identity-based policy allows the secretsmanager:ReplicateSecretToRegions action`,
      );
    }
    if (!input.KmsKeyId) world.managedKeyMade = true;
    const secret: Secret = {
      name,
      arn: `arn:${world.partition}:secretsmanager:${world.region}:${world.accountId}:secret:${name}-${characters(world, 6, LETTERS_AND_DIGITS)}`,
      createdAt: Date.now(),
      tags: {},
      versions: {},
      replicas: [],
      rotationEnabled: false,
    };
    if (input.Description) secret.description = input.Description;
    if (input.KmsKeyId) secret.kmsKeyId = input.KmsKeyId;
    addSecretTags(secret, input.Tags);
    addReplicas(world, secret, input.AddReplicaRegions);
    world.secrets[name] = secret;
    const { ARN, Name } = { ARN: secret.arn, Name: name };
    if (input.SecretString === undefined) return { ARN, Name };
    const VersionId = addVersion(world, secret, input.ClientRequestToken, input.SecretString);
    stage(secret, CURRENT, VersionId);
    return { ARN, Name, VersionId };
  },

  DescribeSecret(world: World, input: secretsManager.DescribeSecretCommandInput) {
    const secret = readSecret(world, anySecret(world, input.SecretId));
    const stages = Object.entries(secret.versions).map(([id, version]) => [id, [...version.stages]] as const);
    return {
      ARN: secret.arn,
      Name: secret.name,
      ...(secret.description === undefined ? {} : { Description: secret.description }),
      ...(secret.kmsKeyId === undefined ? {} : { KmsKeyId: secret.kmsKeyId }),
      ...(secret.rotationEnabled
        ? {
            RotationEnabled: true,
            RotationLambdaARN: secret.rotationFunction,
            RotationRules: { AutomaticallyAfterDays: secret.rotationDays },
          }
        : {}),
      ...(secret.deletion ? { DeletedDate: new Date(secret.deletion.requestedAt) } : {}),
      CreatedDate: new Date(secret.createdAt),
      Tags: tagList(secret.tags),
      VersionIdsToStages: Object.fromEntries(stages.filter(([, labels]) => labels.length > 0)),
      ...(secret.replicas.length > 0
        ? {
            PrimaryRegion: world.region,
            ReplicationStatus: replicationStatus(world, secret),
          }
        : {}),
    };
  },

  DeleteSecret(world: World, input: secretsManager.DeleteSecretCommandInput) {
    checkWindow(input);
    const secret = findSecret(world, input.SecretId);
    if (!secret && input.ForceDeleteWithoutRecovery) {
      return { Name: input.SecretId, DeletionDate: new Date() };
    }
    if (!secret) throw resourceNotFound();
    if (replicaRegions(secret).length > 0) {
      const regions = replicaRegions(secret).join(', ');
      throw invalidParameter(
        `You can't delete secret ${secret.arn} that still has replica regions [${regions}]`,
      );
    }
    if (input.ForceDeleteWithoutRecovery) {
      delete world.secrets[secret.name];
      world.freedAt[`Secret/${secret.name}`] = Date.now() + world.lag.deletes;
      return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date() };
    }
    if (secret.deletion) {
      throw invalidRequest(
        "You can't perform this operation on the secret because it was already scheduled for deletion.",
      );
    }
    const requestedAt = Date.now();
    secret.deletion = { requestedAt, dueAt: requestedAt + (input.RecoveryWindowInDays ?? 30) * DAY };
    return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(secret.deletion.dueAt) };
  },

  RestoreSecret(world: World, input: secretsManager.RestoreSecretCommandInput) {
    const secret = anySecret(world, input.SecretId);
    delete secret.deletion;
    return { ARN: secret.arn, Name: secret.name };
  },

  TagResource(world: World, input: secretsManager.TagResourceCommandInput) {
    addSecretTags(liveSecret(world, input.SecretId), input.Tags);
    return {};
  },

  UntagResource(world: World, input: secretsManager.UntagResourceCommandInput) {
    const { name, tags } = liveSecret(world, input.SecretId);
    // Nobody can take off the tag by which he may do that.
    if (!world.mayAll && STACK_TAG in tags && input.TagKeys?.includes(STACK_TAG))
      throw secretsError(
        'AccessDeniedException',
        `User: ${functionArn(world)} is not authorized to perform: secretsmanager:UntagResource on resource: ${name}`,
      );
    for (const key of input.TagKeys ?? []) delete tags[key];
    return {};
  },
} satisfies Operations;
