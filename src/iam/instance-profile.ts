import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  DeleteInstanceProfileCommand,
  GetInstanceProfileCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagInstanceProfileCommand,
  UntagInstanceProfileCommand,
} from '@aws-sdk/client-iam';
import type { Aws } from '../aws/clients.ts';
import { absent, codeOf } from '../aws/error-codes.ts';
import { poll } from '../aws/patience.ts';
import { STALE } from '../aws/times.ts';
import type { DesiredInstanceProfile } from '../bundle/bundle.ts';
import { fromAwsTags, type Tags, toAwsTags } from '../bundle/tags.ts';
import { PreconditionError } from '../errors.ts';
import { changeIf, mustWrite } from '../resource/change.ts';
import type { ToDelete } from '../resource/deletion.ts';
import type { Resource } from '../resource/resource.ts';

export interface ObservedInstanceProfile {
  tags: Tags;
  /** The names of the roles in it: one at the most. */
  roles: string[];
}

async function observeProfile(aws: Aws, name: string): Promise<ObservedInstanceProfile | undefined> {
  const found = await absent(aws.iam(new GetInstanceProfileCommand({ InstanceProfileName: name })));
  if (!found?.InstanceProfile) return undefined;
  const { Tags, Roles = [] } = found.InstanceProfile;
  return { tags: fromAwsTags(Tags), roles: Roles.map(({ RoleName = '' }) => RoleName) };
}

/** The instance profile through which EC2 hands the instance role to the nodes. */
export function instanceProfile(
  aws: Aws,
  desired: DesiredInstanceProfile,
): Resource<DesiredInstanceProfile, ObservedInstanceProfile> {
  const { name, roleName: RoleName, tags } = desired;
  const InstanceProfileName = name;
  const observe = () => observeProfile(aws, name);
  const occupied = (roles: string[]) =>
    roles
      .filter((other) => other !== RoleName)
      .map(
        (other) =>
          `The instance profile "${name}" holds the role "${other}", and there is room for one only. ` +
          'Remove that role from it, then try again.',
      );

  /** IAM refuses a second role with LimitExceeded, also when the first is this very one. */
  const addRole = async () => {
    try {
      await aws.iam(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }), { fresh: true });
    } catch (error) {
      if (codeOf(error) !== 'LimitExceeded') throw error;
      const isIn = (seen: ObservedInstanceProfile | undefined) => seen?.roles.includes(RoleName) ?? false;
      const observed = await poll(observe, isIn, STALE, aws.signal);
      if (isIn(observed)) return;
      throw observed && observed.roles.length > 0 ? new PreconditionError(occupied(observed.roles)) : error;
    }
  };

  return {
    kind: 'instance profile',
    desired,
    keyCase: 'counts',
    observe,
    async create() {
      await aws.iam(new CreateInstanceProfileCommand({ InstanceProfileName, Tags: toAwsTags(tags) }));
      return { tags, roles: [] };
    },
    tag: (missing) =>
      aws.iam(new TagInstanceProfileCommand({ InstanceProfileName, Tags: toAwsTags(missing) }), {
        fresh: true,
      }),
    untag: untagProfile(aws, InstanceProfileName),
    conflicts: ({ roles }) => occupied(roles),
    diff: ({ roles }, mayBe) =>
      changeIf(
        mustWrite(roles.includes(RoleName), desired, mayBe, (state) => state.roleName),
        `it does not hold the role ${RoleName}`,
        addRole,
      ),
  };
}

/**
 * Looks at an instance profile that is to go. Its own role is taken out; a role that somebody else put in stays, and the
 * profile with it.
 */
export async function instanceProfileToDelete(aws: Aws, InstanceProfileName: string): Promise<ToDelete> {
  const ownRole = InstanceProfileName;
  const removeRole = () =>
    absent(aws.iam(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName: ownRole })));
  const observed = await observeProfile(aws, InstanceProfileName);
  const refuseForeign = async () => {
    const { roles = [] } = (await observeProfile(aws, InstanceProfileName)) ?? {};
    const foreign = roles.filter((name) => name !== ownRole);
    if (foreign.length > 0)
      throw new PreconditionError(
        foreign.map((name) => `it holds the role "${name}", which is not this bundle's: take it out`),
      );
  };
  return {
    tags: observed?.tags,
    untag: untagProfile(aws, InstanceProfileName),
    // Its own role leaves it with the role's deletion.
    detach: async (again) => (again ? [refuseForeign, removeRole] : []),
    delete: () => absent(aws.iam(new DeleteInstanceProfileCommand({ InstanceProfileName }))),
  };
}

const untagProfile = (aws: Aws, InstanceProfileName: string) => (TagKeys: string[]) =>
  aws.iam(new UntagInstanceProfileCommand({ InstanceProfileName, TagKeys }));
