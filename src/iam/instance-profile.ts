import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  GetInstanceProfileCommand,
  TagInstanceProfileCommand,
  UntagInstanceProfileCommand,
} from '@aws-sdk/client-iam';
import { type Aws, absent, codeOf } from '../aws/clients.ts';
import { fromAwsTags, type Tags, toAwsTags } from '../bundle/tags.ts';
import { BlockedError } from '../errors.ts';
import type { Entity } from '../resource/resource.ts';

export interface LiveInstanceProfile {
  tags: Tags;
  /** The names of the roles in it: one at the most. */
  roles: string[];
}

/** The instance profile through which EC2 hands the instance role to the nodes. */
export function instanceProfile(
  aws: Aws,
  name: string,
  RoleName: string,
  tags: Tags,
): Entity<LiveInstanceProfile> {
  const InstanceProfileName = name;
  const occupied = (roles: string[]) =>
    roles
      .filter((role) => role !== RoleName)
      .map(
        (role) =>
          `The instance profile "${name}" holds the role "${role}", and there is room for one only. ` +
          'Remove that role from it, then try again.',
      );
  const observe = async () => {
    const found = await absent(aws.iam(new GetInstanceProfileCommand({ InstanceProfileName })));
    if (!found?.InstanceProfile) return undefined;
    const { Tags, Roles = [] } = found.InstanceProfile;
    return { tags: fromAwsTags(Tags), roles: Roles.map((role) => role.RoleName ?? '') };
  };

  /** IAM refuses a second role with LimitExceeded, also when the first is this very one. */
  const addRole = async () => {
    try {
      await aws.iam(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }), { fresh: true });
    } catch (error) {
      if (codeOf(error) !== 'LimitExceeded') throw error;
      const live = await observe();
      if (live?.roles.includes(RoleName)) return;
      throw live && live.roles.length > 0 ? new BlockedError(occupied(live.roles)) : error;
    }
  };

  return {
    kind: 'instance profile',
    name,
    observe,
    async create() {
      await aws.iam(new CreateInstanceProfileCommand({ InstanceProfileName, Tags: toAwsTags(tags) }));
      return { tags, roles: [] };
    },
    tag: (missing) =>
      aws.iam(new TagInstanceProfileCommand({ InstanceProfileName, Tags: toAwsTags(missing) }), {
        fresh: true,
      }),
    untag: (TagKeys) => aws.iam(new UntagInstanceProfileCommand({ InstanceProfileName, TagKeys })),
    obstacles: ({ roles }) => occupied(roles),
    shape: ({ roles }) => (roles.includes(RoleName) ? [] : [addRole]),
  };
}
