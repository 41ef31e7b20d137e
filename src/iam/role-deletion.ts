import {
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesForRoleCommand,
  ListRolePoliciesCommand,
  RemoveRoleFromInstanceProfileCommand,
} from '@aws-sdk/client-iam';
import type { Aws } from '../aws/clients.ts';
import { absent } from '../aws/error-codes.ts';
import { allPages } from '../aws/paging.ts';
import { fromAwsTags } from '../bundle/tags.ts';
import type { Step } from '../resource/change.ts';
import { deletePatiently, stepsFor, stepsForPages, type ToDelete } from '../resource/deletion.ts';

/** The ARNs of the managed policies attached to a role. */
export function attachedRolePolicies(aws: Aws, RoleName: string): Promise<string[]> {
  return allPages(async (Marker) => {
    const page = await aws.iam(new ListAttachedRolePoliciesCommand({ RoleName, Marker }));
    return { items: page.AttachedPolicies?.map(({ PolicyArn = '' }) => PolicyArn), marker: page.Marker };
  });
}

/** A role that is to go, and when it was last used. */
export interface RoleToDelete extends ToDelete {
  lastUsed: Date | undefined;
}

/** Looks at a role that is to go, and at what hangs on it. */
export async function roleToDelete(aws: Aws, RoleName: string): Promise<RoleToDelete> {
  const [found, detach] = await Promise.all([
    absent(aws.iam(new GetRoleCommand({ RoleName }))),
    stepsForAttachments(aws, RoleName),
  ]);
  return {
    tags: found?.Role && fromAwsTags(found.Role.Tags),
    lastUsed: found?.Role?.RoleLastUsed?.LastUsedDate,
    deletion: {
      revoke: [],
      detach,
      delete: () =>
        deletePatiently(
          aws,
          () => absent(aws.iam(new DeleteRoleCommand({ RoleName }))),
          () => stepsForAttachments(aws, RoleName),
        ),
    },
  };
}

/** The role leaves every instance profile that it is in; a profile that is not ours stays, without it. */
async function stepsForAttachments(aws: Aws, RoleName: string): Promise<Step[]> {
  const lists = await Promise.all([
    stepsFor(
      absent(attachedRolePolicies(aws, RoleName)),
      (PolicyArn) => () => absent(aws.iam(new DetachRolePolicyCommand({ RoleName, PolicyArn }))),
    ),
    stepsForPages(
      (Marker) => aws.iam(new ListRolePoliciesCommand({ RoleName, Marker })),
      (page) => page.PolicyNames,
      (PolicyName) => () => absent(aws.iam(new DeleteRolePolicyCommand({ RoleName, PolicyName }))),
    ),
    stepsForPages(
      (Marker) => aws.iam(new ListInstanceProfilesForRoleCommand({ RoleName, Marker })),
      (page) => page.InstanceProfiles,
      ({ InstanceProfileName }) =>
        () =>
          absent(aws.iam(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName }))),
    ),
  ]);
  return lists.flat();
}
