import type * as secretsManager from '@aws-sdk/client-secrets-manager';
import type { Operations } from './operation.ts';
import { liveSecret } from './secrets-lookup.ts';
import type { World } from './world.ts';

/** Rotation is switched on and off here; the steps are for the test to send. */
export const secretRotationOperations = {
  RotateSecret(world: World, input: secretsManager.RotateSecretCommandInput) {
    const secret = liveSecret(world, input.SecretId);
    secret.rotationEnabled = true;
    const { RotationRules, RotationLambdaARN } = input;
    if (RotationRules?.AutomaticallyAfterDays) secret.rotationDays = RotationRules.AutomaticallyAfterDays;
    if (RotationLambdaARN) secret.rotationFunction = RotationLambdaARN;
    return { ARN: secret.arn, Name: secret.name };
  },

  CancelRotateSecret(world: World, input: secretsManager.CancelRotateSecretCommandInput) {
    const secret = liveSecret(world, input.SecretId);
    secret.rotationEnabled = false;
    return { ARN: secret.arn, Name: secret.name };
  },
} satisfies Operations;
