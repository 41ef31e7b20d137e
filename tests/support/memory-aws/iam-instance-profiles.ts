import type * as iam from '@aws-sdk/client-iam';
import { deleteConflict, limitExceeded, noSuchEntity } from './iam-errors.ts';
import { newIdentity } from './iam-identity.ts';
import { forget, instanceProfile, read, referred, requireFreeName, role } from './iam-lookup.ts';
import { roleAnswer } from './iam-roles.ts';
import type { InstanceProfile } from './iam-state.ts';
import { addExactTags, removeExactTags, tagList } from './iam-tags.ts';
import type { Operations } from './operation.ts';
import { iamPage } from './pages.ts';
import type { World } from './world.ts';

const answer = (world: World, entity: InstanceProfile) => ({
  Path: entity.path,
  InstanceProfileName: entity.name,
  InstanceProfileId: entity.id,
  Arn: Date.now() < entity.createdAt + world.lag.uniqueIdForArn ? entity.id : entity.arn,
  CreateDate: new Date(entity.createdAt),
  Roles: entity.roles.map((name) => roleAnswer(world, role(world, name))),
  Tags: tagList(entity.tags),
});

export const instanceProfileOperations = {
  CreateInstanceProfile(world: World, input: iam.CreateInstanceProfileCommandInput) {
    const name = input.InstanceProfileName ?? '';
    requireFreeName(world, world.instanceProfiles, 'Instance Profile', name);
    if (Object.keys(world.instanceProfiles).length >= world.quotas.instanceProfiles) {
      throw limitExceeded('InstanceProfilesPerAccount', world.quotas.instanceProfiles);
    }
    const entity: InstanceProfile = {
      ...newIdentity(world, 'instance-profile', name, input.Path),
      roles: [],
    };
    addExactTags(entity.tags, input.Tags);
    world.instanceProfiles[name] = entity;
    return { InstanceProfile: answer(world, entity) };
  },

  GetInstanceProfile(world: World, input: iam.GetInstanceProfileCommandInput) {
    const entity = read(world, instanceProfile(world, input.InstanceProfileName));
    return { InstanceProfile: answer(world, entity) };
  },

  DeleteInstanceProfile(world: World, input: iam.DeleteInstanceProfileCommandInput) {
    const entity = instanceProfile(world, input.InstanceProfileName);
    if (entity.roles.length > 0) {
      throw deleteConflict('entity, must remove roles from instance profile first.');
    }
    forget(world, world.instanceProfiles, 'Instance Profile', entity);
    return {};
  },

  TagInstanceProfile(world: World, input: iam.TagInstanceProfileCommandInput) {
    addExactTags(instanceProfile(world, input.InstanceProfileName).tags, input.Tags);
    return {};
  },

  UntagInstanceProfile(world: World, input: iam.UntagInstanceProfileCommandInput) {
    removeExactTags(instanceProfile(world, input.InstanceProfileName).tags, input.TagKeys);
    return {};
  },

  AddRoleToInstanceProfile(world: World, input: iam.AddRoleToInstanceProfileCommandInput) {
    const profile = referred(world, instanceProfile(world, input.InstanceProfileName));
    const added = referred(world, role(world, input.RoleName));
    if (profile.roles.length >= world.quotas.rolesPerInstanceProfile) {
      throw limitExceeded('InstanceSessionsPerInstanceProfile', world.quotas.rolesPerInstanceProfile);
    }
    profile.roles.push(added.name);
    return {};
  },

  RemoveRoleFromInstanceProfile(world: World, input: iam.RemoveRoleFromInstanceProfileCommandInput) {
    const profile = instanceProfile(world, input.InstanceProfileName);
    const { name } = role(world, input.RoleName);
    if (!profile.roles.includes(name)) {
      throw noSuchEntity(`Role ${name} in Instance Profile ${profile.name} cannot be found.`);
    }
    profile.roles = profile.roles.filter((each) => each !== name);
    return {};
  },

  ListInstanceProfilesForRole(world: World, input: iam.ListInstanceProfilesForRoleCommandInput) {
    const { name } = read(world, role(world, input.RoleName));
    const holding = Object.values(world.instanceProfiles).filter((profile) => profile.roles.includes(name));
    const { items, ...page } = iamPage(world, holding, input);
    return { ...page, InstanceProfiles: items.map((profile) => answer(world, profile)) };
  },
} satisfies Operations;
