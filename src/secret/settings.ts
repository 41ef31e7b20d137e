import {
  CancelRotateSecretCommand,
  RotateSecretCommand,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import type { Aws } from '../aws/clients.ts';
import type { DesiredSecret } from '../bundle/bundle.ts';
import { type Change, changeIf, mustWrite } from '../resource/change.ts';
import { readerChange } from './readers.ts';
import { replicaChanges } from './replicas.ts';
import type { ObservedSecret } from './secret.ts';

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
function keyChanges(
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

/** Rotation by Secrets Manager, switched on when there are credentials to rotate. */
export function rotationChange(
  aws: Aws,
  desired: DesiredSecret,
  { rotationDays }: Pick<ObservedSecret, 'rotationDays'>,
  mayBe: (DesiredSecret | undefined)[],
  functionArn: string,
): Change | undefined {
  const { name } = desired;
  const isSame = rotationDays === desired.rotationDays;
  const wasOurs = mayBe.some((state) => state?.rotationDays);
  if (desired.rotationDays === 0) {
    return wasOurs && rotationDays > 0
      ? {
          difference: 'its rotation is on and should be off',
          apply: () => aws.secrets(new CancelRotateSecretCommand({ SecretId: name })),
        }
      : undefined;
  }
  if (!mustWrite(isSame, desired, mayBe, (state) => state.rotationDays)) return undefined;
  return {
    difference: `it is rotated every ${rotationDays} days and should be every ${desired.rotationDays} (0: never)`,
    apply: () =>
      aws.secrets(
        new RotateSecretCommand({
          SecretId: name,
          RotationLambdaARN: functionArn,
          RotationRules: { AutomaticallyAfterDays: desired.rotationDays },
          RotateImmediately: false,
        }),
      ),
  };
}
