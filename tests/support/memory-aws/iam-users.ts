import type * as iam from '@aws-sdk/client-iam';
import { boundaryAnswer, setBoundary } from './iam-attachments.ts';
import { deleteConflict, limitExceeded } from './iam-errors.ts';
import { newIdentity } from './iam-identity.ts';
import { loginProfileIsSettled } from './iam-login-profiles.ts';
import { forget, read, requireFreeName, user } from './iam-lookup.ts';
import { policyHolderOperations } from './iam-policy-holders.ts';
import type { User } from './iam-state.ts';
import { addTags, tagList } from './iam-tags.ts';
import type { Operations } from './operation.ts';
import type { World } from './world.ts';

const answer = (entity: User) => ({
  User: {
    Path: entity.path,
    UserName: entity.name,
    UserId: entity.id,
    Arn: entity.arn,
    CreateDate: new Date(entity.createdAt),
    Tags: tagList(entity.tags),
    ...boundaryAnswer(entity),
  },
});

/** A user that nothing hangs on yet. */
export const newUser = (world: World, name: string, path?: string): User => ({
  ...newIdentity(world, 'user', name, path),
  attached: [],
  inline: {},
  groups: [],
  accessKeys: [],
  mfaDevices: [],
  sshKeys: [],
  certificates: [],
  serviceCredentials: [],
});

/** What `DeleteUser` wants gone first, in the words of IAM. */
function blocker(entity: User): string | undefined {
  if (entity.loginProfile) return 'must delete login profile first.';
  if (entity.accessKeys.length > 0) return 'must delete access keys first.';
  if (entity.mfaDevices.length > 0) return 'must delete MFA device first.';
  if (entity.certificates.length > 0) return 'must delete signing certificates first.';
  if (entity.sshKeys.length > 0) return 'must delete SSH public keys first.';
  if (entity.serviceCredentials.length > 0) return 'must delete service specific credentials first.';
  if (Object.keys(entity.inline).length > 0) return 'must delete policies first.';
  if (entity.attached.length > 0) return 'must detach all policies first.';
  if (entity.groups.length > 0) return 'must remove users from group first.';
  return undefined;
}

export const userOperations = {
  ...policyHolderOperations('User', user),

  CreateUser(world: World, input: iam.CreateUserCommandInput) {
    const name = input.UserName ?? '';
    requireFreeName(world, world.users, 'User', name);
    if (Object.keys(world.users).length >= world.quotas.users) {
      throw limitExceeded('UsersPerAccount', world.quotas.users);
    }
    const entity = newUser(world, name, input.Path);
    addTags(entity.tags, input.Tags);
    if (input.PermissionsBoundary) setBoundary(world, entity, input.PermissionsBoundary);
    world.users[name] = entity;
    return answer(entity);
  },

  GetUser(world: World, input: iam.GetUserCommandInput) {
    return answer(read(world, user(world, input.UserName)));
  },

  DeleteUser(world: World, input: iam.DeleteUserCommandInput) {
    const entity = user(world, input.UserName);
    loginProfileIsSettled(world, entity);
    const blockedBy = blocker(entity);
    if (blockedBy) throw deleteConflict(`entity, ${blockedBy}`);
    forget(world, world.users, 'User', entity);
    return {};
  },
} satisfies Operations;
