import {
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  ListEntitiesForPolicyCommand,
} from '@aws-sdk/client-iam';
import type { Aws } from '../aws/clients.ts';
import { absent } from '../aws/error-codes.ts';
import { allPages } from '../aws/paging.ts';
import { PreconditionError } from '../errors.ts';
import type { Step } from '../resource/change.ts';
import { stepsFor } from '../resource/deletion.ts';

interface Holder {
  kind: 'user' | 'role' | 'group';
  name: string;
}

/**
 * Lists what a policy is attached to, as steps that detach it. It is detached from what is the bundle's own only; attached
 * to anything else it stays, and the failure names what holds it.
 *
 * @param isOwn tells whether the ledger gives a user or role to this bundle
 */
export function stepsForHolders(
  aws: Aws,
  PolicyArn: string,
  isOwn: (kind: string, name: string) => boolean,
): Promise<Step[]> {
  return stepsFor(absent(holders(aws, PolicyArn)), (holder) => () => release(aws, PolicyArn, holder, isOwn));
}

function holders(aws: Aws, PolicyArn: string): Promise<Holder[]> {
  return allPages(async (Marker) => {
    const page = await aws.iam(new ListEntitiesForPolicyCommand({ PolicyArn, Marker }));
    const items: Holder[] = [
      ...(page.PolicyUsers ?? []).map(({ UserName = '' }) => ({ kind: 'user' as const, name: UserName })),
      ...(page.PolicyRoles ?? []).map(({ RoleName = '' }) => ({ kind: 'role' as const, name: RoleName })),
      ...(page.PolicyGroups ?? []).map(({ GroupName = '' }) => ({ kind: 'group' as const, name: GroupName })),
    ];
    return { items, marker: page.Marker };
  });
}

async function release(
  aws: Aws,
  PolicyArn: string,
  { kind, name }: Holder,
  isOwn: (kind: string, name: string) => boolean,
): Promise<void> {
  if (!isOwn(kind, name))
    throw new PreconditionError([
      `it is attached to the ${kind} "${name}", which is not this bundle's: detach it there`,
    ]);
  await absent<unknown>(
    kind === 'user'
      ? aws.iam(new DetachUserPolicyCommand({ UserName: name, PolicyArn }))
      : aws.iam(new DetachRolePolicyCommand({ RoleName: name, PolicyArn })),
  );
}
