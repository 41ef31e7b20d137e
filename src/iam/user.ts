import {
  AttachUserPolicyCommand,
  CreateUserCommand,
  DeleteUserPermissionsBoundaryCommand,
  DetachUserPolicyCommand,
  GetUserCommand,
  PutUserPermissionsBoundaryCommand,
  TagUserCommand,
  UntagUserCommand,
} from '@aws-sdk/client-iam';
import type { Aws } from '../aws/clients.ts';
import { absent } from '../aws/error-codes.ts';
import type { DesiredUser } from '../bundle/bundle.ts';
import { fromAwsTags, type Tags, toAwsTags } from '../bundle/tags.ts';
import type { Change } from '../resource/change.ts';
import { change, type Resource } from '../resource/resource.ts';
import { attachmentChanges, foreignPolicies } from './attached-policies.ts';
import { boundaryChange } from './permissions-boundary.ts';
import { attachedUserPolicies } from './user-attachments.ts';

export interface ObservedUser {
  tags: Tags;
  boundaryArn: string | undefined;
  policyArns: string[];
}

/** The user with its policy; its credentials are in `credentials/`. What else somebody attached to it stays. */
export function user(aws: Aws, desired: DesiredUser): Resource<DesiredUser, ObservedUser> {
  const { name, tags } = desired;
  const UserName = name;
  const PermissionsBoundary = desired.boundaryArn || undefined;
  const self = { kind: 'user', name };
  return {
    kind: 'user',
    desired,
    keyCase: 'ignored',
    async observe() {
      const [found, policyArns] = await Promise.all([
        absent(aws.iam(new GetUserCommand({ UserName }))),
        absent(attachedUserPolicies(aws, UserName)),
      ]);
      if (!found?.User) return undefined;
      return {
        tags: fromAwsTags(found.User.Tags),
        boundaryArn: found.User.PermissionsBoundary?.PermissionsBoundaryArn,
        policyArns: policyArns ?? [],
      };
    },
    async create() {
      await aws.iam(new CreateUserCommand({ UserName, PermissionsBoundary, Tags: toAwsTags(tags) }));
      return { tags, boundaryArn: PermissionsBoundary, policyArns: [] };
    },
    tag: (missing) => aws.iam(new TagUserCommand({ UserName, Tags: toAwsTags(missing) }), { fresh: true }),
    untag: (keys) => untagUser(aws, UserName, keys),
    diff(observed, mayBe, ownPolicyArns) {
      const changes: Change[] = [];
      const boundary = boundaryChange(observed.boundaryArn, desired, mayBe, {
        put: (arn) => aws.iam(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: arn })),
        remove: () => aws.iam(new DeleteUserPermissionsBoundaryCommand({ UserName })),
      });
      if (boundary) changes.push(change(self, boundary.difference, boundary.apply));
      changes.push(
        ...attachmentChanges(self, observed.policyArns, desired, mayBe, ownPolicyArns, {
          attach: (PolicyArn) =>
            aws.iam(new AttachUserPolicyCommand({ UserName, PolicyArn }), { fresh: true }),
          detach: (PolicyArn) => aws.iam(new DetachUserPolicyCommand({ UserName, PolicyArn })),
        }),
      );
      return changes;
    },
    warnings: ({ policyArns }, ownPolicyArns) => foreignPolicies(self, policyArns, ownPolicyArns),
  };
}

export const untagUser = (aws: Aws, UserName: string, TagKeys: string[]) =>
  aws.iam(new UntagUserCommand({ UserName, TagKeys }));
