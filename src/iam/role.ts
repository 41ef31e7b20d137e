import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesForRoleCommand,
  ListRolePoliciesCommand,
  PutRolePermissionsBoundaryCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import type { Aws } from '../aws/clients.ts';
import { absent } from '../aws/error-codes.ts';
import type { DesiredRole } from '../bundle/bundle.ts';
import { sameDocument } from '../bundle/policy-documents.ts';
import { fromAwsTags, toAwsTags } from '../bundle/tags.ts';
import { changeIf, mustWrite } from '../resource/change.ts';
import { type Hanging, hanging, stepsForAll, type ToDelete } from '../resource/deletion.ts';
import type { Resource } from '../resource/resource.ts';
import { type HolderCalls, holder, type ObservedHolder } from './holder.ts';

/** A role with one policy of ours. */
export function role(aws: Aws, desired: DesiredRole): Resource<DesiredRole, ObservedHolder> {
  const { name: RoleName, trust, tags } = desired;
  const holding = holder('role', roleCalls(aws, RoleName), desired, () =>
    aws.iam(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: trust,
        PermissionsBoundary: desired.boundaryArn || undefined,
        Tags: toAwsTags(tags),
      }),
    ),
  );
  return {
    ...holding,
    create: async () => ({ ...(await holding.create()), trust: encodeURIComponent(trust) }),
    diff: (observed, mayBe, ownPolicyArns) => [
      ...changeIf(
        mustWrite(sameDocument(observed.trust, trust), desired, mayBe, (state) => state.trust),
        'its trust policy is not the one that the bundle asks for',
        () =>
          aws.iam(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust }), { fresh: true }),
      ),
      ...holding.diff(observed, mayBe, ownPolicyArns),
    ],
  };
}

export function roleCalls({ iam }: Aws, RoleName: string): HolderCalls {
  return {
    get: async () => (await absent(iam(new GetRoleCommand({ RoleName }))))?.Role,
    tag: (tags) => iam(new TagRoleCommand({ RoleName, Tags: toAwsTags(tags) }), { fresh: true }),
    untag: (TagKeys) => iam(new UntagRoleCommand({ RoleName, TagKeys })),
    putBoundary: (arn) => iam(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: arn })),
    removeBoundary: () => iam(new DeleteRolePermissionsBoundaryCommand({ RoleName })),
    attach: (PolicyArn) => iam(new AttachRolePolicyCommand({ RoleName, PolicyArn }), { fresh: true }),
    policies: hanging(
      (Marker) => iam(new ListAttachedRolePoliciesCommand({ RoleName, Marker })),
      (page) => page.AttachedPolicies?.map(({ PolicyArn = '' }) => PolicyArn),
      (PolicyArn) => iam(new DetachRolePolicyCommand({ RoleName, PolicyArn })),
    ),
  };
}

/** What people may hang on a role, and an Update leaves alone. */
export function hangingOnRole({ iam }: Aws, RoleName: string): Hanging[] {
  return [
    hanging(
      (Marker) => iam(new ListRolePoliciesCommand({ RoleName, Marker })),
      (page) => page.PolicyNames,
      (PolicyName) => iam(new DeleteRolePolicyCommand({ RoleName, PolicyName })),
      'inline policy',
    ),
    // The role leaves every instance profile that it is in; a profile that is not ours stays, without it.
    hanging(
      (Marker) => iam(new ListInstanceProfilesForRoleCommand({ RoleName, Marker })),
      (page) => page.InstanceProfiles?.map(({ InstanceProfileName = '' }) => InstanceProfileName),
      (InstanceProfileName) =>
        iam(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName })),
    ),
  ];
}

/** Looks at a role that is to go. */
export async function roleToDelete(aws: Aws, RoleName: string): Promise<ToDelete> {
  const calls = roleCalls(aws, RoleName);
  const found = await calls.get();
  return {
    tags: found && fromAwsTags(found.Tags),
    untag: calls.untag,
    lastUsed: found?.RoleLastUsed?.LastUsedDate,
    detach: () => stepsForAll([calls.policies, ...hangingOnRole(aws, RoleName)]),
    delete: () => absent(aws.iam(new DeleteRoleCommand({ RoleName }))),
  };
}
