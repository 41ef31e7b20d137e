import {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyVersionCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListPolicyVersionsCommand,
  type PolicyVersion,
  SetDefaultPolicyVersionCommand,
  TagPolicyCommand,
  UntagPolicyCommand,
} from '@aws-sdk/client-iam';
import { type Aws, absent, allPages, surelyNotApplied } from '../aws/clients.ts';
import type { DesiredPolicy } from '../bundle/bundle.ts';
import { sameDocument } from '../bundle/policy-documents.ts';
import { fromAwsTags, type Tags, toAwsTags } from '../bundle/tags.ts';
import type { Entity } from '../resource/resource.ts';

/** IAM keeps five versions of a managed policy. */
const MAX_VERSIONS = 5;

export interface LivePolicy {
  tags: Tags;
  /** URL-encoded, as IAM gives it. */
  document: string | undefined;
}

/** A customer managed policy. */
export function managedPolicy(
  aws: Aws,
  { name, arn, document }: DesiredPolicy,
  tags: Tags,
): Entity<LivePolicy> {
  const PolicyArn = arn;
  return {
    kind: 'policy',
    name,
    async observe() {
      const found = await absent(aws.iam(new GetPolicyCommand({ PolicyArn })));
      if (!found?.Policy) return undefined;
      const VersionId = found.Policy.DefaultVersionId;
      const version = await aws.iam(new GetPolicyVersionCommand({ PolicyArn, VersionId }), { fresh: true });
      return { tags: fromAwsTags(found.Policy.Tags), document: version.PolicyVersion?.Document };
    },
    async create() {
      await aws.iam(
        new CreatePolicyCommand({ PolicyName: name, PolicyDocument: document, Tags: toAwsTags(tags) }),
      );
      return { tags, document: encodeURIComponent(document) };
    },
    tag: (missing) => aws.iam(new TagPolicyCommand({ PolicyArn, Tags: toAwsTags(missing) }), { fresh: true }),
    untag: (TagKeys) => aws.iam(new UntagPolicyCommand({ PolicyArn, TagKeys })),
    shape: (live) =>
      sameDocument(live.document, document) ? [] : [() => makeDefault(aws, PolicyArn, document)],
  };
}

/** All versions of a policy, the oldest first. */
export async function policyVersions(aws: Aws, PolicyArn: string): Promise<PolicyVersion[]> {
  const versions = await allPages(async (Marker) => {
    const page = await aws.iam(new ListPolicyVersionsCommand({ PolicyArn, Marker }));
    return { items: page.Versions, marker: page.Marker };
  });
  const number = ({ VersionId = '' }: PolicyVersion) => Number(VersionId.slice(1));
  return versions.sort((a, b) => number(a) - number(b));
}

/**
 * Makes the document the policy's default version: by a version that has it already (of an earlier state, or of a call
 * whose answer was lost), else by a new one, for which the oldest version that is not the default makes room.
 */
async function makeDefault(aws: Aws, PolicyArn: string, PolicyDocument: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const versions = await policyVersions(aws, PolicyArn);
    const documents = await Promise.all(
      versions.map(({ VersionId }) => absent(aws.iam(new GetPolicyVersionCommand({ PolicyArn, VersionId })))),
    );
    const same = documents.findLast((found) => sameDocument(found?.PolicyVersion?.Document, PolicyDocument));
    if (same) {
      const { VersionId, IsDefaultVersion } = same.PolicyVersion as PolicyVersion;
      if (!IsDefaultVersion) await aws.iam(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId }));
      return;
    }
    const oldest = versions.find(({ IsDefaultVersion }) => !IsDefaultVersion);
    if (versions.length >= MAX_VERSIONS && oldest)
      await absent(aws.iam(new DeletePolicyVersionCommand({ PolicyArn, VersionId: oldest.VersionId })));
    try {
      await aws.iamOnce(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }));
      return;
    } catch (error) {
      // Applied or not? The list of versions tells, so that no second version of the same text is made.
      if (surelyNotApplied(error) || tries >= 3) throw error;
    }
  }
}
