import { dynamodbOperations } from './dynamodb.ts';
import { accessKeyOperations } from './iam-access-keys.ts';
import { instanceProfileOperations } from './iam-instance-profiles.ts';
import { loginProfileOperations } from './iam-login-profiles.ts';
import { policyOperations } from './iam-policies.ts';
import { roleOperations } from './iam-roles.ts';
import { simulationOperations } from './iam-simulation.ts';
import { userExtraOperations } from './iam-user-extras.ts';
import { userOperations } from './iam-users.ts';
import type { Operations } from './operation.ts';
import { randomPasswordOperations } from './random-password.ts';
import { secretOperations } from './secrets.ts';
import { secretRotationOperations } from './secrets-rotation.ts';
import { secretSharingOperations } from './secrets-sharing.ts';
import { secretVersionOperations } from './secrets-versions.ts';
import { stsOperations } from './sts.ts';

export type Service = 'iam' | 'secretsmanager' | 'sts' | 'dynamodb';

/** Every action that this AWS knows, by service. */
export const operations: Record<Service, Operations> = {
  iam: {
    ...userOperations,
    ...loginProfileOperations,
    ...accessKeyOperations,
    ...userExtraOperations,
    ...roleOperations,
    ...instanceProfileOperations,
    ...policyOperations,
    ...simulationOperations,
  },
  secretsmanager: {
    ...secretOperations,
    ...secretVersionOperations,
    ...secretSharingOperations,
    ...secretRotationOperations,
    ...randomPasswordOperations,
  },
  sts: stsOperations,
  dynamodb: dynamodbOperations,
};
