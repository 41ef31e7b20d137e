import type * as iam from '@aws-sdk/client-iam';
import {
  attach,
  attachedPage,
  boundaryAnswer,
  clearBoundary,
  detach,
  setBoundary,
} from './iam-attachments.ts';
import { checkTrustDocument } from './iam-documents.ts';
import { deleteConflict, limitExceeded, noSuchEntity } from './iam-errors.ts';
import { newIdentity } from './iam-identity.ts';
import { forget, read, requireFreeName, role } from './iam-lookup.ts';
import type { Role } from './iam-state.ts';
import { addTags, removeTags, tagList } from './iam-tags.ts';
import type { Operations } from './operation.ts';
import { iamPage } from './pages.ts';
import type { World } from './world.ts';

/** The role as IAM describes it; for a while after its creation the unique id stands where the ARN should. */
export function roleAnswer(world: World, entity: Role) {
  const fresh = Date.now() < entity.createdAt + world.lag.uniqueIdForArn;
  return {
    Path: entity.path,
    RoleName: entity.name,
    RoleId: entity.id,
    Arn: fresh ? entity.id : entity.arn,
    CreateDate: new Date(entity.createdAt),
    AssumeRolePolicyDocument: encodeURIComponent(entity.trust),
    MaxSessionDuration: entity.maxSessionDuration,
    ...(entity.description === undefined ? {} : { Description: entity.description }),
    Tags: tagList(entity.tags),
    RoleLastUsed:
      entity.lastUsed === undefined ? {} : { LastUsedDate: new Date(entity.lastUsed), Region: world.region },
    ...boundaryAnswer(entity),
  };
}

export const roleOperations = {
  CreateRole(world: World, input: iam.CreateRoleCommandInput) {
    const name = input.RoleName ?? '';
    requireFreeName(world, world.roles, 'Role', name);
    if (Object.keys(world.roles).length >= world.quotas.roles) {
      throw limitExceeded('RolesPerAccount', world.quotas.roles);
    }
    const entity: Role = {
      ...newIdentity(world, 'role', name, input.Path),
      trust: checkTrustDocument(world, input.AssumeRolePolicyDocument),
      maxSessionDuration: input.MaxSessionDuration ?? 3600,
      attached: [],
      inline: {},
    };
    if (input.Description !== undefined) entity.description = input.Description;
    addTags(entity.tags, input.Tags);
    if (input.PermissionsBoundary) setBoundary(world, entity, input.PermissionsBoundary);
    world.roles[name] = entity;
    return { Role: roleAnswer(world, entity) };
  },

  GetRole(world: World, input: iam.GetRoleCommandInput) {
    return { Role: roleAnswer(world, read(world, role(world, input.RoleName))) };
  },

  DeleteRole(world: World, input: iam.DeleteRoleCommandInput) {
    const entity = role(world, input.RoleName);
    if (Object.keys(entity.inline).length > 0) throw deleteConflict('entity, must delete policies first.');
    if (entity.attached.length > 0) throw deleteConflict('entity, must detach all policies first.');
    if (Object.values(world.instanceProfiles).some((profile) => profile.roles.includes(entity.name))) {
      throw deleteConflict('entity, must remove roles from instance profile first.');
    }
    forget(world, world.roles, 'Role', entity);
    return {};
  },

  TagRole(world: World, input: iam.TagRoleCommandInput) {
    addTags(role(world, input.RoleName).tags, input.Tags);
    return {};
  },

  UntagRole(world: World, input: iam.UntagRoleCommandInput) {
    removeTags(role(world, input.RoleName).tags, input.TagKeys);
    return {};
  },

  UpdateAssumeRolePolicy(world: World, input: iam.UpdateAssumeRolePolicyCommandInput) {
    const entity = role(world, input.RoleName);
    entity.trust = checkTrustDocument(world, input.PolicyDocument);
    return {};
  },

  PutRolePermissionsBoundary(world: World, input: iam.PutRolePermissionsBoundaryCommandInput) {
    return setBoundary(world, role(world, input.RoleName), input.PermissionsBoundary);
  },

  DeleteRolePermissionsBoundary(world: World, input: iam.DeleteRolePermissionsBoundaryCommandInput) {
    return clearBoundary(role(world, input.RoleName));
  },

  AttachRolePolicy(world: World, input: iam.AttachRolePolicyCommandInput) {
    return attach(world, role(world, input.RoleName), 'PoliciesPerRole', input.PolicyArn);
  },

  DetachRolePolicy(world: World, input: iam.DetachRolePolicyCommandInput) {
    return detach(role(world, input.RoleName), input.PolicyArn);
  },

  ListAttachedRolePolicies(world: World, input: iam.ListAttachedRolePoliciesCommandInput) {
    return attachedPage(world, read(world, role(world, input.RoleName)), input);
  },

  ListRolePolicies(world: World, input: iam.ListRolePoliciesCommandInput) {
    const entity = read(world, role(world, input.RoleName));
    const { items, ...page } = iamPage(world, Object.keys(entity.inline), input);
    return { ...page, PolicyNames: items };
  },

  DeleteRolePolicy(world: World, input: iam.DeleteRolePolicyCommandInput) {
    const entity = role(world, input.RoleName);
    const name = input.PolicyName ?? '';
    if (!(name in entity.inline)) throw noSuchEntity(`The role policy with name ${name} cannot be found.`);
    delete entity.inline[name];
    return {};
  },
} satisfies Operations;
