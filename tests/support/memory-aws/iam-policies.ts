import type * as iam from '@aws-sdk/client-iam';
import { checkPolicyDocument } from './iam-documents.ts';
import { deleteConflict, limitExceeded, noSuchEntity } from './iam-errors.ts';
import { newIdentity } from './iam-identity.ts';
import { forget, policy, read, requireFreeName } from './iam-lookup.ts';
import type { Policy, PolicyVersion } from './iam-state.ts';
import { addExactTags, removeExactTags, tagList } from './iam-tags.ts';
import type { Operations } from './operation.ts';
import { iamPage } from './pages.ts';
import type { World } from './world.ts';

type Holder = { name: string; id: string; attached: string[]; boundaryArn?: string };

const attachedTo = <T extends Holder>(holders: Record<string, T>, arn: string) =>
  Object.values(holders).filter((holder) => holder.attached.includes(arn));

const attachmentCount = (world: World, arn: string) =>
  attachedTo(world.users, arn).length +
  attachedTo(world.roles, arn).length +
  attachedTo(world.groups, arn).length;

const boundTo = <T extends Holder>(holders: Record<string, T>, arn: string) =>
  Object.values(holders).filter((holder) => holder.boundaryArn === arn);

function answer(world: World, entity: Policy) {
  const { arn } = entity;
  return {
    Policy: {
      PolicyName: entity.name,
      PolicyId: entity.id,
      Arn: arn,
      Path: entity.path,
      DefaultVersionId: entity.defaultVersionId,
      AttachmentCount: attachmentCount(world, arn),
      PermissionsBoundaryUsageCount: boundTo(world.users, arn).length + boundTo(world.roles, arn).length,
      IsAttachable: true,
      ...(entity.description === undefined ? {} : { Description: entity.description }),
      CreateDate: new Date(entity.createdAt),
      UpdateDate: new Date(entity.versions.at(-1)?.createdAt ?? entity.createdAt),
      Tags: tagList(entity.tags),
    },
  };
}

const versionAnswer = (entity: Policy, version: PolicyVersion) => ({
  VersionId: version.id,
  IsDefaultVersion: version.id === entity.defaultVersionId,
  CreateDate: new Date(version.createdAt),
});

function version(entity: Policy, id: string | undefined): PolicyVersion {
  const found = entity.versions.find((each) => each.id === id);
  if (!found) throw noSuchEntity(`Policy ${entity.arn} version ${id} does not exist or is not attachable.`);
  return found;
}

/** Adds a version, whatever the quota says; the first one is the default. */
export function addPolicyVersion(entity: Policy, document: string): PolicyVersion {
  const added = { id: `v${entity.nextVersion}`, document, createdAt: Date.now() };
  entity.nextVersion += 1;
  entity.versions.push(added);
  return added;
}

export const policyOperations = {
  CreatePolicy(world: World, input: iam.CreatePolicyCommandInput) {
    const name = input.PolicyName ?? '';
    requireFreeName(world, world.policies, 'A policy', name);
    if (Object.keys(world.policies).length >= world.quotas.policies) {
      throw limitExceeded('PoliciesPerAccount', world.quotas.policies);
    }
    const entity: Policy = {
      ...newIdentity(world, 'policy', name, input.Path),
      versions: [],
      defaultVersionId: 'v1',
      nextVersion: 1,
    };
    if (input.Description !== undefined) entity.description = input.Description;
    addExactTags(entity.tags, input.Tags);
    addPolicyVersion(entity, checkPolicyDocument(input.PolicyDocument));
    world.policies[entity.arn] = entity;
    return answer(world, entity);
  },

  GetPolicy(world: World, input: iam.GetPolicyCommandInput) {
    return answer(world, read(world, policy(world, input.PolicyArn)));
  },

  DeletePolicy(world: World, input: iam.DeletePolicyCommandInput) {
    const entity = policy(world, input.PolicyArn);
    const { AttachmentCount, PermissionsBoundaryUsageCount } = answer(world, entity).Policy;
    if (AttachmentCount + PermissionsBoundaryUsageCount > 0) {
      throw deleteConflict('a policy attached to entities.');
    }
    if (entity.versions.length > 1) {
      throw deleteConflict('a policy that has more than one version; delete its non-default versions first.');
    }
    forget(world, world.policies, 'A policy', entity);
    return {};
  },

  TagPolicy(world: World, input: iam.TagPolicyCommandInput) {
    addExactTags(policy(world, input.PolicyArn).tags, input.Tags);
    return {};
  },

  UntagPolicy(world: World, input: iam.UntagPolicyCommandInput) {
    removeExactTags(policy(world, input.PolicyArn).tags, input.TagKeys);
    return {};
  },

  CreatePolicyVersion(world: World, input: iam.CreatePolicyVersionCommandInput) {
    const entity = policy(world, input.PolicyArn);
    const document = checkPolicyDocument(input.PolicyDocument);
    if (entity.versions.length >= world.quotas.versionsPerPolicy) {
      throw limitExceeded('PolicyVersions', world.quotas.versionsPerPolicy);
    }
    const added = addPolicyVersion(entity, document);
    if (input.SetAsDefault) entity.defaultVersionId = added.id;
    return { PolicyVersion: versionAnswer(entity, added) };
  },

  GetPolicyVersion(world: World, input: iam.GetPolicyVersionCommandInput) {
    const entity = read(world, policy(world, input.PolicyArn));
    const found = version(entity, input.VersionId);
    return {
      PolicyVersion: { ...versionAnswer(entity, found), Document: encodeURIComponent(found.document) },
    };
  },

  ListPolicyVersions(world: World, input: iam.ListPolicyVersionsCommandInput) {
    const entity = read(world, policy(world, input.PolicyArn));
    const { items, ...page } = iamPage(world, entity.versions.toReversed(), input);
    return { ...page, Versions: items.map((each) => versionAnswer(entity, each)) };
  },

  SetDefaultPolicyVersion(world: World, input: iam.SetDefaultPolicyVersionCommandInput) {
    const entity = policy(world, input.PolicyArn);
    entity.defaultVersionId = version(entity, input.VersionId).id;
    return {};
  },

  DeletePolicyVersion(world: World, input: iam.DeletePolicyVersionCommandInput) {
    const entity = policy(world, input.PolicyArn);
    const found = version(entity, input.VersionId);
    if (found.id === entity.defaultVersionId) throw deleteConflict('the default version of a policy.');
    entity.versions = entity.versions.filter((each) => each !== found);
    return {};
  },

  ListEntitiesForPolicy(world: World, input: iam.ListEntitiesForPolicyCommandInput) {
    const { arn } = read(world, policy(world, input.PolicyArn));
    const holders = input.PolicyUsageFilter === 'PermissionsBoundary' ? [boundTo] : [attachedTo];
    if (!input.PolicyUsageFilter) holders.push(boundTo);
    const users = holders.flatMap((find) => find(world.users, arn));
    const roles = holders.flatMap((find) => find(world.roles, arn));
    const groups = input.PolicyUsageFilter === 'PermissionsBoundary' ? [] : attachedTo(world.groups, arn);
    const wanted = (kind: string) => (input.EntityFilter ?? kind) === kind;
    const all = [
      ...(wanted('User') ? users.map(({ name, id }) => ({ UserName: name, UserId: id })) : []),
      ...(wanted('Role') ? roles.map(({ name, id }) => ({ RoleName: name, RoleId: id })) : []),
      ...(wanted('Group') ? groups.map(({ name, id }) => ({ GroupName: name, GroupId: id })) : []),
    ];
    const { items, ...page } = iamPage(world, all, input);
    return {
      ...page,
      PolicyGroups: items.filter((each) => 'GroupName' in each),
      PolicyUsers: items.filter((each) => 'UserName' in each),
      PolicyRoles: items.filter((each) => 'RoleName' in each),
    };
  },
} satisfies Operations;
