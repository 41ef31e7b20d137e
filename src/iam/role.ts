import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  PutRolePermissionsBoundaryCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { type Aws, absent, allPages } from '../aws/clients.ts';
import type { DesiredRole } from '../bundle/bundle.ts';
import { sameDocument } from '../bundle/policy-documents.ts';
import { fromAwsTags, type Tags, toAwsTags } from '../bundle/tags.ts';
import type { Entity } from '../resource/resource.ts';
import { type Boundary, shapeBoundary } from './permissions-boundary.ts';

export interface LiveRole {
  tags: Tags;
  boundaryArn: string | undefined;
  /** URL-encoded, as IAM gives it. */
  trust: string | undefined;
  policyArns: string[];
}

/** A role with one policy of ours. What else somebody attached to it stays. */
export function role(
  aws: Aws,
  { name, trust, policyArn }: DesiredRole,
  tags: Tags,
  boundary: Boundary,
): Entity<LiveRole> {
  const RoleName = name;
  return {
    kind: 'role',
    name,
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
      };
    },
    async create() {
      await aws.iam(
        new CreateRoleCommand({
          RoleName,
          AssumeRolePolicyDocument: trust,
          PermissionsBoundary: boundary.desired || undefined,
          Tags: toAwsTags(tags),
        }),
      );
      return {
        tags,
        boundaryArn: boundary.desired || undefined,
        trust: encodeURIComponent(trust),
        policyArns: [],
      };
    },
    tag: (missing) => aws.iam(new TagRoleCommand({ RoleName, Tags: toAwsTags(missing) }), { fresh: true }),
    untag: (TagKeys) => aws.iam(new UntagRoleCommand({ RoleName, TagKeys })),
    shape(live) {
      const steps = shapeBoundary(boundary, live.boundaryArn, {
        put: (PermissionsBoundary) =>
          aws.iam(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary })),
        remove: () => aws.iam(new DeleteRolePermissionsBoundaryCommand({ RoleName })),
      });
      if (!sameDocument(live.trust, trust))
        steps.push(() => aws.iam(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust })));
      if (!live.policyArns.includes(policyArn))
        steps.push(() =>
          aws.iam(new AttachRolePolicyCommand({ RoleName, PolicyArn: policyArn }), { fresh: true }),
        );
      return steps;
    },
  };
}

/** The ARNs of the managed policies attached to a role. */
export function attachedRolePolicies(aws: Aws, RoleName: string): Promise<string[]> {
  return allPages(async (Marker) => {
    const page = await aws.iam(new ListAttachedRolePoliciesCommand({ RoleName, Marker }));
    return { items: page.AttachedPolicies?.map(({ PolicyArn = '' }) => PolicyArn), marker: page.Marker };
  });
}
