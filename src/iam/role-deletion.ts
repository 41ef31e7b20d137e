import {
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  ListInstanceProfilesForRoleCommand,
  ListRolePoliciesCommand,
  RemoveRoleFromInstanceProfileCommand,
} from '@aws-sdk/client-iam';
import { type Aws, absent } from '../aws/clients.ts';
import { fromAwsTags, type Tags } from '../bundle/tags.ts';
import { BlockedError } from '../errors.ts';
import { dropPatiently, type Removal, stepsFor, stepsForPages } from '../resource/deletion.ts';
import type { Step } from '../resource/resource.ts';
import { attachedRolePolicies } from './role.ts';

export interface RoleToRemove {
  tags: Tags;
  lastUsed: Date | undefined;
  removal: Removal;
}

/** Looks at a role and at what hangs on it; undefined if there is no such role. */
export async function roleToRemove(aws: Aws, RoleName: string): Promise<RoleToRemove | undefined> {
  const [found, strip] = await Promise.all([
    absent(aws.iam(new GetRoleCommand({ RoleName }))),
    listAttachments(aws, RoleName),
  ]);
  if (!found?.Role) return undefined;
  return {
    tags: fromAwsTags(found.Role.Tags),
    lastUsed: found.Role.RoleLastUsed?.LastUsedDate,
    removal: {
      what: `role "${RoleName}"`,
      kill: [],
      strip,
      drop: () =>
        dropPatiently(
          aws,
          () => absent(aws.iam(new DeleteRoleCommand({ RoleName }))),
          () => listAttachments(aws, RoleName),
        ),
    },
  };
}

/** Removes a role that is ours and no longer wanted. */
export async function dropRole(aws: Aws, name: string): Promise<void> {
  const found = await roleToRemove(aws, name);
  for (const step of found?.removal.strip ?? []) await step();
  await found?.removal.drop();
}

/** The role leaves every instance profile that it is in; a profile that is not ours stays, without it. */
async function listAttachments(aws: Aws, RoleName: string): Promise<Step[]> {
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

export interface InstanceProfileToRemove {
  tags: Tags;
  removal: Removal;
}

/**
 * Looks at an instance profile; undefined if there is none of that name. Its own role takes itself out; a role that
 * somebody else put in stays, and the profile with it.
 */
export async function instanceProfileToRemove(
  aws: Aws,
  InstanceProfileName: string,
  ownRole: string,
): Promise<InstanceProfileToRemove | undefined> {
  const found = await absent(aws.iam(new GetInstanceProfileCommand({ InstanceProfileName })));
  if (!found?.InstanceProfile) return undefined;
  const { Tags, Roles = [] } = found.InstanceProfile;
  const foreign = Roles.map(({ RoleName = '' }) => RoleName).filter((name) => name !== ownRole);
  return {
    tags: fromAwsTags(Tags),
    removal: {
      what: `instance profile "${InstanceProfileName}"`,
      kill: [],
      strip: foreign.map(
        (name) => () =>
          Promise.reject(
            new BlockedError([`it holds the role "${name}", which is not this bundle's: take it out`]),
          ),
      ),
      drop: () =>
        dropPatiently(
          aws,
          () => absent(aws.iam(new DeleteInstanceProfileCommand({ InstanceProfileName }))),
          async () => [
            () =>
              absent(
                aws.iam(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName: ownRole })),
              ),
          ],
        ),
    },
  };
}
