import {
  CancelRotateSecretCommand,
  RotateSecretCommand,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import type { Aws } from '../aws/clients.ts';
import { codeOf } from '../aws/error-codes.ts';
import { sleep } from '../aws/patience.ts';
import { STALE } from '../aws/times.ts';
import type { DesiredSecret } from '../bundle/bundle.ts';
import { type Change, changeIf, mustWrite } from '../resource/change.ts';
import { readerChange } from './readers.ts';
import { replicaChanges } from './replicas.ts';
import type { ObservedSecret } from './secret.ts';
import { holderOf, moveStage, PENDING } from './versions.ts';

/** What DescribeSecret may call the key that AWS manages. */
export const MANAGED_KEY = 'alias/aws/secretsmanager';

/** What differs in key, replicas and readers of the secret. Only what a state before may have set is taken back. */
export function settingsChanges(
  aws: Aws,
  desired: DesiredSecret,
  observed: ObservedSecret,
  mayBe: (DesiredSecret | undefined)[],
): Change[] {
  const readers = readerChange(aws, desired, observed.resourcePolicy, mayBe);
  return [
    ...keyChanges(aws, desired, observed, mayBe),
    ...replicaChanges(aws, desired, observed.replicas, mayBe),
    ...(readers ? [readers] : []),
  ];
}

/** The form in which the AWS managed key is asked for again is the empty text. */
export function keyChanges(
  aws: Aws,
  desired: DesiredSecret,
  { kmsKeyId }: ObservedSecret,
  mayBe: (DesiredSecret | undefined)[],
): Change[] {
  const { name, kmsKeyArn } = desired;
  const observed = kmsKeyId && kmsKeyId !== MANAGED_KEY ? kmsKeyId : '';
  const isKey = (arn: string) => arn === observed || (observed !== '' && arn.endsWith(`/${observed}`));
  const wasOurs = mayBe.some((state) => state?.kmsKeyArn);
  const needed = kmsKeyArn
    ? mustWrite(isKey(kmsKeyArn), desired, mayBe, (state) => state.kmsKeyArn)
    : wasOurs;
  return changeIf(
    needed,
    `its KMS key is ${observed || 'the AWS managed key'} and should be ${kmsKeyArn || 'the AWS managed key'}`,
    () => aws.secrets(new UpdateSecretCommand({ SecretId: name, KmsKeyId: kmsKeyArn })),
  );
}

/**
 * Whether rotation by Secrets Manager has to be switched on, changed or, if it is ours by the ledger, switched off. That of a
 * secret which was restored or adopted calls the function of somebody else, which would put its own values into it.
 */
export function mustSetRotation(
  desired: DesiredSecret,
  observedDays: number,
  mayBe: (DesiredSecret | undefined)[],
): boolean {
  return desired.rotationDays === 0
    ? mayBe.some((state) => (state ?? { rotationDays: observedDays }).rotationDays)
    : mustWrite(observedDays === desired.rotationDays, desired, mayBe, (state) => state.rotationDays);
}

/**
 * Switches rotation on, as of the next interval, or off. As long as AWSPENDING is on a version that is not current, AWS takes
 * a rotation for incomplete and refuses: the label is taken off then, and what was made is left to the next rotation.
 */
export async function setRotation(
  aws: Aws,
  { name: SecretId, rotationDays }: DesiredSecret,
  RotationLambdaARN: string,
): Promise<void> {
  if (rotationDays === 0) return cancelRotation(aws, SecretId);
  const RotationRules = { AutomaticallyAfterDays: rotationDays };
  for (const end = Date.now() + STALE.forMs; ; await sleep(STALE.everyMs, aws.signal)) {
    const isLast = Date.now() > end;
    try {
      await aws.secrets(
        new RotateSecretCommand({ SecretId, RotationLambdaARN, RotationRules, RotateImmediately: false }),
      );
      return;
    } catch (error) {
      if (codeOf(error) !== 'InvalidRequest' || isLast) throw error;
      const pending = await holderOf(aws, SecretId, PENDING);
      if (pending) await moveStage(aws, SecretId, PENDING, pending, undefined);
    }
  }
}

/** Switches rotation off. AWS refuses that where it never was on: what may have been under way had not come so far. */
async function cancelRotation(aws: Aws, SecretId: string): Promise<void> {
  try {
    await aws.secrets(new CancelRotateSecretCommand({ SecretId }));
  } catch (error) {
    if (codeOf(error) !== 'InvalidRequest') throw error;
  }
}
