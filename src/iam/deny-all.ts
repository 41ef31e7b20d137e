import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
} from '@aws-sdk/client-iam';
import type { Aws } from '../aws/clients.ts';
import { absent } from '../aws/error-codes.ts';
import { together } from '../aws/patience.ts';

/**
 * AWS's own policy that denies everything. On a user or role it also ends the sessions that run, those of
 * `GetSessionToken` included, which outlive their key.
 */
export const denyAll = (partition: string) => `arn:${partition}:iam::aws:policy/AWSDenyAll`;

/** Whom it is on. */
interface Holders {
  user: string;
  role?: string | undefined;
}

/** Who is not there is locked out already. */
export async function attachDenyAll(aws: Aws, partition: string, { user, role }: Holders): Promise<void> {
  const PolicyArn = denyAll(partition);
  await together<unknown>([
    absent(aws.iam(new AttachUserPolicyCommand({ UserName: user, PolicyArn }), { fresh: true })),
    ...(role
      ? [absent(aws.iam(new AttachRolePolicyCommand({ RoleName: role, PolicyArn }), { fresh: true }))]
      : []),
  ]);
}

/** One that is not attached has been taken off already. */
export async function detachDenyAll(aws: Aws, partition: string, { user, role }: Holders): Promise<void> {
  const PolicyArn = denyAll(partition);
  await together<unknown>([
    absent(aws.iam(new DetachUserPolicyCommand({ UserName: user, PolicyArn }))),
    ...(role ? [absent(aws.iam(new DetachRolePolicyCommand({ RoleName: role, PolicyArn })))] : []),
  ]);
}
