import type { Aws } from '../aws/clients.ts';
import { absent } from '../aws/error-codes.ts';
import { together } from '../aws/patience.ts';
import { roleCalls } from './role.ts';
import { userCalls } from './user.ts';

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

const callsOf = (aws: Aws, { user, role }: Holders) => [
  userCalls(aws, user),
  ...(role ? [roleCalls(aws, role)] : []),
];

/** Who is not there is locked out already. */
export async function attachDenyAll(aws: Aws, partition: string, holders: Holders): Promise<void> {
  await together(callsOf(aws, holders).map(({ attach }) => absent(attach(denyAll(partition)))));
}

/** One that is not attached has been taken off already. */
export async function detachDenyAll(aws: Aws, partition: string, holders: Holders): Promise<void> {
  await together(callsOf(aws, holders).map(({ policies }) => absent(policies.takeOff(denyAll(partition)))));
}
