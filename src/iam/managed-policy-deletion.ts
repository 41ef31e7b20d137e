import {
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  GetPolicyCommand,
  GetRoleCommand,
  GetUserCommand,
  ListEntitiesForPolicyCommand,
} from '@aws-sdk/client-iam';
import { type Aws, absent, allPages } from '../aws/clients.ts';
import { type AwsTag, fromAwsTags, type Tags } from '../bundle/tags.ts';
import { BlockedError } from '../errors.ts';
import { dropPatiently, type Removal, stepsFor } from '../resource/deletion.ts';
import type { Step } from '../resource/resource.ts';
import { policyVersions } from './managed-policy.ts';

export interface PolicyToRemove {
  tags: Tags;
  removal: Removal;
}

interface Holder {
  kind: 'user' | 'role' | 'group';
  name: string;
}

/**
 * Looks at a policy; undefined if there is none. It is detached from entities of this resource only, whatever their
 * bundle's id; attached to anything else it stays, and the failure names what holds it.
 *
 * @param isOurs tells by its tags whether an entity belongs to the same resource of the stack
 * @param going names of entities that detach themselves on their own removal; may be filled until the steps are run
 */
export async function policyToRemove(
  aws: Aws,
  PolicyArn: string,
  isOurs: (tags: Tags) => boolean,
  going: string[],
): Promise<PolicyToRemove | undefined> {
  const name = PolicyArn.split('/').pop();
  const listVersions = () =>
    stepsFor(absent(policyVersions(aws, PolicyArn)), ({ VersionId, IsDefaultVersion }) => async () => {
      if (!IsDefaultVersion) await absent(aws.iam(new DeletePolicyVersionCommand({ PolicyArn, VersionId })));
    });
  const listHolders = () =>
    stepsFor(
      absent(holders(aws, PolicyArn)),
      (holder) => () =>
        going.includes(holder.name) ? Promise.resolve() : release(aws, PolicyArn, holder, isOurs),
    );
  const [found, versions, detach] = await Promise.all([
    absent(aws.iam(new GetPolicyCommand({ PolicyArn }))),
    listVersions(),
    listHolders(),
  ]);
  if (!found?.Policy) return undefined;
  return {
    tags: fromAwsTags(found.Policy.Tags),
    removal: {
      what: `policy "${name}"`,
      kill: [],
      strip: [...versions, ...detach],
      drop: () =>
        dropPatiently(
          aws,
          () => absent(aws.iam(new DeletePolicyCommand({ PolicyArn }))),
          async () => {
            going.length = 0;
            return [...(await listVersions()), ...(await listHolders())];
          },
        ),
      last: true,
    },
  };
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
  holder: Holder,
  isOurs: (tags: Tags) => boolean,
): Promise<void> {
  const { kind, name } = holder;
  let tags: AwsTag[] | undefined;
  if (kind === 'user')
    tags = (await absent(aws.iam(new GetUserCommand({ UserName: name }))))?.User?.Tags ?? [];
  if (kind === 'role')
    tags = (await absent(aws.iam(new GetRoleCommand({ RoleName: name }))))?.Role?.Tags ?? [];
  if (!isOurs(fromAwsTags(tags)))
    throw new BlockedError([
      `it is attached to the ${kind} "${name}", which is not this bundle's: detach it there`,
    ]);
  const detach: Step =
    kind === 'user'
      ? () => aws.iam(new DetachUserPolicyCommand({ UserName: name, PolicyArn }))
      : () => aws.iam(new DetachRolePolicyCommand({ RoleName: name, PolicyArn }));
  await absent(detach());
}
