import {
  CreatePolicyCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  TagPolicyCommand,
  UntagPolicyCommand,
} from '@aws-sdk/client-iam';
import type { Aws } from '../aws/clients.ts';
import { absent } from '../aws/error-codes.ts';
import type { DesiredPolicy } from '../bundle/bundle.ts';
import { sameDocument } from '../bundle/policy-documents.ts';
import { fromAwsTags, type Tags, toAwsTags } from '../bundle/tags.ts';
import { mustWrite } from '../resource/change.ts';
import { deletePatiently, stepsFor, type ToDelete } from '../resource/deletion.ts';
import { change, type Resource } from '../resource/resource.ts';
import { stepsForHolders } from './policy-holders.ts';
import { makeDefault, policyVersions } from './policy-versions.ts';

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
    untag: (keys) => untagPolicy(aws, PolicyArn, keys),
    diff: (observed, mayBe) =>
      mustWrite(sameDocument(observed.document, document), desired, mayBe, (state) => state.document)
        ? [
            change({ kind: 'policy', name }, 'its document is not the one that the bundle asks for', () =>
              makeDefault(aws, PolicyArn, document),
            ),
          ]
        : [],
  };
}

/**
 * Looks at a policy that is to go.
 *
 * @param isOwn tells whether the ledger gives a user or role to this bundle
 */
export async function policyToDelete(
  aws: Aws,
  PolicyArn: string,
  isOwn: (kind: string, name: string) => boolean,
): Promise<ToDelete> {
  const detach = async () => {
    const lists = await Promise.all([
      stepsFor(absent(policyVersions(aws, PolicyArn)), ({ VersionId, IsDefaultVersion }) => async () => {
        if (!IsDefaultVersion)
          await absent(aws.iam(new DeletePolicyVersionCommand({ PolicyArn, VersionId })));
      }),
      stepsForHolders(aws, PolicyArn, isOwn),
    ]);
    return lists.flat();
  };
  const [found, steps] = await Promise.all([absent(aws.iam(new GetPolicyCommand({ PolicyArn }))), detach()]);
  return {
    tags: found?.Policy && fromAwsTags(found.Policy.Tags),
    deletion: {
      revoke: [],
      detach: steps,
      delete: () =>
        deletePatiently(aws, () => absent(aws.iam(new DeletePolicyCommand({ PolicyArn }))), detach),
    },
  };
}

export const untagPolicy = (aws: Aws, PolicyArn: string, TagKeys: string[]) =>
  aws.iam(new UntagPolicyCommand({ PolicyArn, TagKeys }));
