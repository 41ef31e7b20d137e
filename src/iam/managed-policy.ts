import {
  CreatePolicyCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListEntitiesForPolicyCommand,
  type PolicyVersion,
  TagPolicyCommand,
  UntagPolicyCommand,
} from '@aws-sdk/client-iam';
import type { Aws } from '../aws/clients.ts';
import { absent } from '../aws/error-codes.ts';
import { listOf } from '../aws/paging.ts';
import type { DesiredPolicy } from '../bundle/bundle.ts';
import { sameDocument } from '../bundle/policy-documents.ts';
import { fromAwsTags, type Tags, toAwsTags } from '../bundle/tags.ts';
import { PreconditionError } from '../errors.ts';
import { changeIf, mustWrite } from '../resource/change.ts';
import { stepsFor, type ToDelete } from '../resource/deletion.ts';
import type { Resource } from '../resource/resource.ts';
import { makeDefault, policyVersions } from './policy-versions.ts';
import { roleCalls } from './role.ts';
import { userCalls } from './user.ts';

export interface ObservedPolicy {
  tags: Tags;
  /** URL-encoded, as IAM gives it. */
  document: string | undefined;
}

/** A customer managed policy. */
export function managedPolicy(aws: Aws, desired: DesiredPolicy): Resource<DesiredPolicy, ObservedPolicy> {
  const { name, arn: PolicyArn, document, tags } = desired;
  return {
    kind: 'policy',
    desired,
    keyCase: 'counts',
    async observe() {
      const found = await absent(aws.iam(new GetPolicyCommand({ PolicyArn })));
      if (!found?.Policy) return undefined;
      const VersionId = found.Policy.DefaultVersionId;
      const version = await absent(aws.iam(new GetPolicyVersionCommand({ PolicyArn, VersionId })));
      return { tags: fromAwsTags(found.Policy.Tags), document: version?.PolicyVersion?.Document };
    },
    async create() {
      await aws.iam(
        new CreatePolicyCommand({ PolicyName: name, PolicyDocument: document, Tags: toAwsTags(tags) }),
      );
      return { tags, document: encodeURIComponent(document) };
    },
    tag: (missing) => aws.iam(new TagPolicyCommand({ PolicyArn, Tags: toAwsTags(missing) }), { fresh: true }),
    untag: untagPolicy(aws, PolicyArn),
    diff: (observed, mayBe) =>
      changeIf(
        mustWrite(sameDocument(observed.document, document), desired, mayBe, (state) => state.document),
        'its document is not the one that the bundle asks for',
        () => makeDefault(aws, PolicyArn, document),
      ),
  };
}

/**
 * Looks at a policy that is to go. It is detached from what is the bundle's own only; attached to anything else it stays,
 * and the failure names what holds it.
 *
 * @param isOwn tells whether the ledger gives a user or role to this bundle
 */
export async function policyToDelete(
  aws: Aws,
  PolicyArn: string,
  isOwn: (kind: string, name: string) => boolean,
): Promise<ToDelete> {
  const found = await absent(aws.iam(new GetPolicyCommand({ PolicyArn })));
  const deleteVersion = async ({ VersionId, IsDefaultVersion }: PolicyVersion) =>
    IsDefaultVersion || aws.iam(new DeletePolicyVersionCommand({ PolicyArn, VersionId }));
  const detachFrom = async ({ kind, name }: { kind: string; name: string }) => {
    if (!isOwn(kind, name))
      throw new PreconditionError([
        `it is attached to the ${kind} "${name}", which is not this bundle's: detach it there, ` +
          'or take it off as its permissions boundary',
      ]);
    const { policies } = kind === 'user' ? userCalls(aws, name) : roleCalls(aws, name);
    await policies.takeOff(PolicyArn);
  };
  return {
    tags: found?.Policy && fromAwsTags(found.Policy.Tags),
    untag: untagPolicy(aws, PolicyArn),
    detach: async () => [
      ...(await stepsFor(policyVersions(aws, PolicyArn), deleteVersion)),
      ...(await stepsFor(holdersOf(aws, PolicyArn), detachFrom)),
    ],
    delete: () => absent(aws.iam(new DeletePolicyCommand({ PolicyArn }))),
  };
}

/** What a policy is attached to. */
const holdersOf = (aws: Aws, PolicyArn: string) =>
  listOf(
    (Marker) => aws.iam(new ListEntitiesForPolicyCommand({ PolicyArn, Marker })),
    ({ PolicyUsers = [], PolicyRoles = [], PolicyGroups = [] }) => [
      ...PolicyUsers.map(({ UserName = '' }) => ({ kind: 'user', name: UserName })),
      ...PolicyRoles.map(({ RoleName = '' }) => ({ kind: 'role', name: RoleName })),
      ...PolicyGroups.map(({ GroupName = '' }) => ({ kind: 'group', name: GroupName })),
    ],
  );

const untagPolicy = (aws: Aws, PolicyArn: string) => (TagKeys: string[]) =>
  aws.iam(new UntagPolicyCommand({ PolicyArn, TagKeys }));
