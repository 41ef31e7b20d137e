import type * as secretsManager from '@aws-sdk/client-secrets-manager';
import { characters } from './identifiers.ts';
import type { Operations } from './operation.ts';
import { secretsPage } from './pages.ts';
import { invalidParameter, resourceExists, resourceNotFound } from './secrets-errors.ts';
import { anySecret, decryptWith, encryptWith, isUsable, liveSecret, readSecret } from './secrets-lookup.ts';
import { CURRENT, stage, staged, unstage } from './secrets-stages.ts';
import type { Secret } from './secrets-state.ts';
import type { World } from './world.ts';

const HEX = '0123456789abcdef';

/**
 * Adds an unlabelled version and returns its id: the token, if there is one. The same token with the same value changes
 * nothing; with another value it is refused.
 */
export function addVersion(world: World, secret: Secret, token: string | undefined, value: string): string {
  if (token !== undefined && (token.length < 32 || token.length > 64)) {
    throw invalidParameter('ClientRequestToken must be 32-64 characters long.');
  }
  const id = token ?? characters(world, 36, HEX);
  const existing = secret.versions[id];
  // A rotation begins with a version that has no value yet.
  if (existing?.value === '') existing.value = value;
  if (existing && existing.value !== value) {
    throw resourceExists(
      `You can't use ClientRequestToken ${id} because that value is already in use for a version of secret ${secret.arn}.`,
    );
  }
  secret.versions[id] ??= { value, stages: [], createdAt: Date.now() };
  return id;
}

function requestedVersion(secret: Secret, input: secretsManager.GetSecretValueCommandInput): string {
  const { VersionId: id, VersionStage: label } = input;
  const found = id ?? staged(secret, label ?? CURRENT);
  const version = secret.versions[found ?? ''];
  if (!found || !version?.value || (label !== undefined && !version.stages.includes(label))) {
    const what = id ? `VersionId: ${id}` : `staging label: ${label ?? CURRENT}`;
    throw resourceNotFound(`the specified secret value for ${what}`);
  }
  return found;
}

function put(world: World, secret: Secret, token: string | undefined, value: string, labels: string[]) {
  encryptWith(world, secret.kmsKeyId);
  const isFirst = Object.keys(secret.versions).length === 0;
  const isKnown = token !== undefined && secret.versions[token] !== undefined;
  const id = addVersion(world, secret, token, value);
  if (!isKnown) {
    for (const label of isFirst ? new Set([...labels, CURRENT]) : labels) stage(secret, label, id);
  }
  return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: secret.versions[id]?.stages };
}

/** Only what has a label is encrypted anew, and only with a key that can still be used; empty: the AWS managed key. */
function changeKey(world: World, secret: Secret, kmsKeyId: string): void {
  const former = secret.kmsKeyId;
  for (const version of Object.values(secret.versions)) {
    const old = version.formerKmsKeyId ?? former;
    if (version.stages.length > 0 && isUsable(world, old)) delete version.formerKmsKeyId;
    else if (old && old !== kmsKeyId) version.formerKmsKeyId = old;
  }
  if (kmsKeyId) secret.kmsKeyId = kmsKeyId;
  else delete secret.kmsKeyId;
}

export const secretVersionOperations = {
  GetSecretValue(world: World, input: secretsManager.GetSecretValueCommandInput) {
    const secret = readSecret(world, liveSecret(world, input.SecretId));
    const VersionId = requestedVersion(secret, input);
    const version = secret.versions[VersionId];
    decryptWith(world, version?.formerKmsKeyId ?? secret.kmsKeyId);
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId,
      SecretString: version?.value,
      VersionStages: [...(version?.stages ?? [])],
      CreatedDate: new Date(version?.createdAt ?? 0),
    };
  },

  PutSecretValue(world: World, input: secretsManager.PutSecretValueCommandInput) {
    const secret = liveSecret(world, input.SecretId);
    const labels = input.VersionStages ?? [CURRENT];
    return put(world, secret, input.ClientRequestToken, input.SecretString ?? '', labels);
  },

  UpdateSecret(world: World, input: secretsManager.UpdateSecretCommandInput) {
    const secret = liveSecret(world, input.SecretId);
    if (input.KmsKeyId !== undefined) {
      encryptWith(world, input.KmsKeyId);
      changeKey(world, secret, input.KmsKeyId);
    }
    if (input.Description !== undefined) secret.description = input.Description;
    if (input.SecretString === undefined) return { ARN: secret.arn, Name: secret.name };
    const { ARN, Name, VersionId } = put(world, secret, input.ClientRequestToken, input.SecretString, [
      CURRENT,
    ]);
    return { ARN, Name, VersionId };
  },

  UpdateSecretVersionStage(world: World, input: secretsManager.UpdateSecretVersionStageCommandInput) {
    const secret = liveSecret(world, input.SecretId);
    const { VersionStage: label = '', RemoveFromVersionId: from, MoveToVersionId: to } = input;
    const holder = staged(secret, label);
    for (const id of [from, to]) {
      if (id !== undefined && !secret.versions[id]) {
        throw resourceNotFound(`the specified secret value for VersionId: ${id}`);
      }
    }
    if (from !== undefined && holder !== from) {
      throw invalidParameter(`The staging label ${label} isn't currently attached to version ${from}.`);
    }
    if (to !== undefined && holder !== undefined && holder !== to && from === undefined) {
      throw invalidParameter(
        `The parameter RemoveFromVersionId can't be empty. Staging label ${label} is currently attached to version ${holder}, so you must explicitly reference that version in RemoveFromVersionId.`,
      );
    }
    if (to === undefined && label === CURRENT) {
      throw invalidParameter(`You can only move staging label ${CURRENT} to a different secret version.`);
    }
    if (to === undefined) unstage(secret, label);
    else stage(secret, label, to);
    return { ARN: secret.arn, Name: secret.name };
  },

  ListSecretVersionIds(world: World, input: secretsManager.ListSecretVersionIdsCommandInput) {
    const secret = readSecret(world, anySecret(world, input.SecretId));
    const all = Object.entries(secret.versions)
      .filter(([, version]) => input.IncludeDeprecated || version.stages.length > 0)
      .map(([VersionId, version]) => ({
        VersionId,
        VersionStages: [...version.stages],
        CreatedDate: new Date(version.createdAt),
      }));
    const { items, ...page } = secretsPage(world, all, input);
    return { ...page, ARN: secret.arn, Name: secret.name, Versions: items };
  },
} satisfies Operations;
