import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  PutRolePermissionsBoundaryCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import type { Aws } from '../aws/clients.ts';
import { absent } from '../aws/error-codes.ts';
import type { DesiredRole } from '../bundle/bundle.ts';
import { sameDocument } from '../bundle/policy-documents.ts';
import { fromAwsTags, type Tags, toAwsTags } from '../bundle/tags.ts';
import { type Change, mustWrite } from '../resource/change.ts';
import { change, type Resource } from '../resource/resource.ts';
import { attachmentChanges, foreignPolicies } from './attached-policies.ts';
import { boundaryChange } from './permissions-boundary.ts';
import { attachedRolePolicies } from './role-deletion.ts';

export interface ObservedRole {
  tags: Tags;
  boundaryArn: string | undefined;
  /** URL-encoded, as IAM gives it. */
  trust: string | undefined;
  policyArns: string[];
  /** When it was last used; absent if it never was. */
  lastUsed?: Date | undefined;
}

/** A role with one policy of ours. What else somebody attached to it stays. */
export function role(aws: Aws, desired: DesiredRole): Resource<DesiredRole, ObservedRole> {
  const { name, trust, tags } = desired;
  const RoleName = name;
  const PermissionsBoundary = desired.boundaryArn || undefined;
  const self = { kind: 'role', name };
  return {
    kind: 'role',
    desired,
    keyCase: 'ignored',
    async observe() {
      const [found, policyArns] = await Promise.all([
        absent(aws.iam(new GetRoleCommand({ RoleName }))),
        absent(attachedRolePolicies(aws, RoleName)),
      ]);
      if (!found?.Role) return undefined;
      return {
        tags: fromAwsTags(found.Role.Tags),
        boundaryArn: found.Role.PermissionsBoundary?.PermissionsBoundaryArn,
        trust: found.Role.AssumeRolePolicyDocument,
        policyArns: policyArns ?? [],
        lastUsed: found.Role.RoleLastUsed?.LastUsedDate,
      };
    },
    async create() {
      await aws.iam(
        new CreateRoleCommand({
          RoleName,
          AssumeRolePolicyDocument: trust,
          PermissionsBoundary,
          Tags: toAwsTags(tags),
        }),
      );
      return { tags, boundaryArn: PermissionsBoundary, trust: encodeURIComponent(trust), policyArns: [] };
    },
    tag: (missing) => aws.iam(new TagRoleCommand({ RoleName, Tags: toAwsTags(missing) }), { fresh: true }),
    untag: (keys) => untagRole(aws, RoleName, keys),
    diff(observed, mayBe, ownPolicyArns) {
      const changes: Change[] = [];
      const boundary = boundaryChange(observed.boundaryArn, desired, mayBe, {
        put: (arn) => aws.iam(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: arn })),
        remove: () => aws.iam(new DeleteRolePermissionsBoundaryCommand({ RoleName })),
      });
      if (boundary) changes.push(change(self, boundary.difference, boundary.apply));
      if (mustWrite(sameDocument(observed.trust, trust), desired, mayBe, (state) => state.trust))
        changes.push(
          change(self, 'its trust policy is not the one that the bundle asks for', () =>
            aws.iam(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust }), { fresh: true }),
          ),
        );
      changes.push(
        ...attachmentChanges(self, observed.policyArns, desired, mayBe, ownPolicyArns, {
          attach: (PolicyArn) =>
            aws.iam(new AttachRolePolicyCommand({ RoleName, PolicyArn }), { fresh: true }),
          detach: (PolicyArn) => aws.iam(new DetachRolePolicyCommand({ RoleName, PolicyArn })),
        }),
      );
      return changes;
    },
    warnings: ({ policyArns }, ownPolicyArns) => foreignPolicies(self, policyArns, ownPolicyArns),
  };
}

export const untagRole = (aws: Aws, RoleName: string, TagKeys: string[]) =>
  aws.iam(new UntagRoleCommand({ RoleName, TagKeys }));
