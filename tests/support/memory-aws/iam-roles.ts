import type * as iam from '@aws-sdk/client-iam';
import { boundaryAnswer, setBoundary } from './iam-attachments.ts';
import { checkTrustDocument } from './iam-documents.ts';
import { deleteConflict, limitExceeded } from './iam-errors.ts';
import { newIdentity } from './iam-identity.ts';
import { forget, read, requireFreeName, role } from './iam-lookup.ts';
import { policyHolderOperations } from './iam-policy-holders.ts';
import type { Role } from './iam-state.ts';
import { addTags, tagList } from './iam-tags.ts';
import type { Operations } from './operation.ts';
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
  ...policyHolderOperations('Role', role),

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

  UpdateAssumeRolePolicy(world: World, input: iam.UpdateAssumeRolePolicyCommandInput) {
    const entity = role(world, input.RoleName);
    entity.trust = checkTrustDocument(world, input.PolicyDocument);
    return {};
  },
} satisfies Operations;
