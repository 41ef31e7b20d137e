import {
  AttachUserPolicyCommand,
  CreateUserCommand,
  DeleteUserPermissionsBoundaryCommand,
  GetUserCommand,
  ListAttachedUserPoliciesCommand,
  PutUserPermissionsBoundaryCommand,
  TagUserCommand,
  UntagUserCommand,
} from '@aws-sdk/client-iam';
import { type Aws, absent, allPages } from '../aws/clients.ts';
import type { DesiredUser } from '../bundle/bundle.ts';
import { fromAwsTags, type Tags, toAwsTags } from '../bundle/tags.ts';
import type { Entity } from '../resource/resource.ts';
import { type Boundary, shapeBoundary } from './permissions-boundary.ts';

export interface LiveUser {
  tags: Tags;
  createDate: Date | undefined;
  boundaryArn: string | undefined;
  policyArns: string[];
}

/** The user with its policy; its credentials are in `credentials.ts`. What else somebody attached to it stays. */
export function user(
  aws: Aws,
  { name, policyArn }: DesiredUser,
  tags: Tags,
  boundary: Boundary,
): Entity<LiveUser> {
  const UserName = name;
  return {
    kind: 'user',
    name,
    async observe() {
      const [found, policyArns] = await Promise.all([
        absent(aws.iam(new GetUserCommand({ UserName }))),
        absent(attachedUserPolicies(aws, UserName)),
      ]);
      if (!found?.User) return undefined;
      return {
        tags: fromAwsTags(found.User.Tags),
        createDate: found.User.CreateDate,
        boundaryArn: found.User.PermissionsBoundary?.PermissionsBoundaryArn,
        policyArns: policyArns ?? [],
      };
    },
    async create() {
      await aws.iam(
        new CreateUserCommand({
          UserName,
          PermissionsBoundary: boundary.desired || undefined,
          Tags: toAwsTags(tags),
        }),
      );
      return { tags, createDate: undefined, boundaryArn: boundary.desired || undefined, policyArns: [] };
    },
    tag: (missing) => aws.iam(new TagUserCommand({ UserName, Tags: toAwsTags(missing) }), { fresh: true }),
    untag: (TagKeys) => aws.iam(new UntagUserCommand({ UserName, TagKeys })),
    shape(live) {
      const steps = shapeBoundary(boundary, live.boundaryArn, {
        put: (PermissionsBoundary) =>
          aws.iam(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary })),
        remove: () => aws.iam(new DeleteUserPermissionsBoundaryCommand({ UserName })),
      });
      if (!live.policyArns.includes(policyArn))
        steps.push(() =>
          aws.iam(new AttachUserPolicyCommand({ UserName, PolicyArn: policyArn }), { fresh: true }),
        );
      return steps;
    },
  };
}

/** The ARNs of the managed policies attached to a user. */
export function attachedUserPolicies(aws: Aws, UserName: string): Promise<string[]> {
  return allPages(async (Marker) => {
    const page = await aws.iam(new ListAttachedUserPoliciesCommand({ UserName, Marker }));
    return { items: page.AttachedPolicies?.map(({ PolicyArn = '' }) => PolicyArn), marker: page.Marker };
  });
}
