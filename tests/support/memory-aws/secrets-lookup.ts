import { decryptionFailure, invalidRequest, resourceNotFound, secretsError } from './secrets-errors.ts';
import type { Secret } from './secrets-state.ts';
import type { World } from './world.ts';

/** Takes away the secrets whose recovery window is over. */
export function expireSecrets(world: World): void {
  for (const secret of Object.values(world.secrets)) {
    if (secret.deletion && Date.now() >= secret.deletion.dueAt) delete world.secrets[secret.name];
  }
}

/** A secret by its name, its ARN, or its ARN without the six characters that AWS adds. */
export function findSecret(world: World, id: string | undefined): Secret | undefined {
  expireSecrets(world);
  return Object.values(world.secrets).find(
    ({ name, arn }) => id === name || id === arn || id === arn.slice(0, -7),
  );
}

/** A secret, scheduled for deletion or not. */
export function anySecret(world: World, id: string | undefined): Secret {
  const secret = findSecret(world, id);
  if (!secret) throw resourceNotFound();
  return secret;
}

/** A secret that is not scheduled for deletion. */
export function liveSecret(world: World, id: string | undefined): Secret {
  const secret = anySecret(world, id);
  if (secret.deletion) {
    throw invalidRequest(
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }
  return secret;
}

/** For reads: a new secret may answer as if it were not there. */
export function readSecret(world: World, secret: Secret): Secret {
  if (Date.now() < secret.createdAt + world.lag.secretReads) throw resourceNotFound();
  return secret;
}

const invalidState = (kmsKeyId: string | undefined, state: string) =>
  secretsError('KMSInvalidStateException', `${kmsKeyId} is ${state}.`);

function useKey(world: World, kmsKeyId: string | undefined, failure: () => Error): void {
  const state = world.kmsKeys[kmsKeyId ?? ''] ?? 'enabled';
  if (state === 'denied') throw secretsError('AccessDeniedException', 'Access to KMS is not allowed');
  if (state === 'disabled') throw failure();
  if (state === 'pendingDeletion') throw invalidState(kmsKeyId, 'pending deletion');
}

export const encryptWith = (world: World, kmsKeyId: string | undefined) =>
  useKey(world, kmsKeyId, () => invalidState(kmsKeyId, 'disabled'));

/** Whether secrets can be encrypted and decrypted with a key. */
export const isUsable = (world: World, kmsKeyId: string | undefined): boolean =>
  (world.kmsKeys[kmsKeyId ?? ''] ?? 'enabled') === 'enabled';

export const decryptWith = (world: World, kmsKeyId: string | undefined) =>
  useKey(world, kmsKeyId, decryptionFailure);
