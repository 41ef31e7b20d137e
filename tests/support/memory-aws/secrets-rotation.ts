import type * as secretsManager from '@aws-sdk/client-secrets-manager';
import type { Operations } from './operation.ts';
import { invalidRequest } from './secrets-errors.ts';
import { liveSecret } from './secrets-lookup.ts';
import { CURRENT, staged } from './secrets-stages.ts';
import type { World } from './world.ts';

/** Rotation is switched on and off here; the steps are for the test to send. */
export const secretRotationOperations = {
  RotateSecret(world: World, input: secretsManager.RotateSecretCommandInput) {
    const secret = liveSecret(world, input.SecretId);
    const pending = staged(secret, 'AWSPENDING');
    if (pending && pending !== staged(secret, CURRENT))
      throw invalidRequest("A previous rotation isn't complete. That rotation will be reattempted.");
    const { RotationRules, RotationLambdaARN } = input;
    if (!RotationLambdaARN && !secret.rotationFunction)
      throw invalidRequest('No Lambda rotation function ARN is associated with this secret.');
    secret.rotationEnabled = true;
    if (RotationRules?.AutomaticallyAfterDays) secret.rotationDays = RotationRules.AutomaticallyAfterDays;
    if (RotationLambdaARN) secret.rotationFunction = RotationLambdaARN;
    return { ARN: secret.arn, Name: secret.name };
  },

  CancelRotateSecret(world: World, input: secretsManager.CancelRotateSecretCommandInput) {
    const secret = liveSecret(world, input.SecretId);
    if (!secret.rotationEnabled) throw invalidRequest('Rotation is not enabled for this secret.');
    secret.rotationEnabled = false;
    return { ARN: secret.arn, Name: secret.name };
  },
} satisfies Operations;
