import {
  CreatePolicyVersionCommand,
  DeletePolicyVersionCommand,
  GetPolicyVersionCommand,
  ListPolicyVersionsCommand,
  type PolicyVersion,
  SetDefaultPolicyVersionCommand,
} from '@aws-sdk/client-iam';
import type { Aws } from '../aws/clients.ts';
import { absent, codeOf, surelyNotApplied } from '../aws/error-codes.ts';
import { listOf } from '../aws/paging.ts';
import { backoff, sleep } from '../aws/patience.ts';
import { sameDocument } from '../bundle/policy-documents.ts';

/** IAM keeps five versions of a managed policy. */
const MAX_VERSIONS = 5;
/** How often an answer that was lost, or a list that was stale, is followed by another try. */
const MAX_TRIES = 6;

/** All versions of a policy, the oldest first. */
export async function policyVersions(aws: Aws, PolicyArn: string): Promise<PolicyVersion[]> {
  const versions = await listOf(
    (Marker) => aws.iam(new ListPolicyVersionsCommand({ PolicyArn, Marker })),
    (page) => page.Versions,
  );
  const number = ({ VersionId = '' }: PolicyVersion) => Number(VersionId.slice(1));
  return versions.sort((a, b) => number(a) - number(b));
}

/**
 * Makes the document the policy's default version: by a version that has it already (of an earlier state, or of a call
 * whose answer was lost), else by a new one, for which the oldest version that is not the default makes room. The list of
 * versions may be stale, so it decides nothing but which call is tried: the default is set even where it seems to be.
 */
export async function makeDefault(aws: Aws, PolicyArn: string, PolicyDocument: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const versions = await policyVersions(aws, PolicyArn);
    const documents = await Promise.all(
      versions.map(({ VersionId }) => absent(aws.iam(new GetPolicyVersionCommand({ PolicyArn, VersionId })))),
    );
    const same = documents.findLast((found) => sameDocument(found?.PolicyVersion?.Document, PolicyDocument));
    try {
      if (same) {
        const { VersionId } = same.PolicyVersion as PolicyVersion;
        await aws.iam(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId }));
        return;
      }
      const oldest = versions.find(({ IsDefaultVersion }) => !IsDefaultVersion);
      if (versions.length >= MAX_VERSIONS && oldest)
        await absent(aws.iam(new DeletePolicyVersionCommand({ PolicyArn, VersionId: oldest.VersionId })));
      await aws.iamOnce(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }));
      return;
    } catch (error) {
      // Applied or not, of a list that was current or not: the next look tells.
      const isStale = ['LimitExceeded', 'NoSuchEntity', 'DeleteConflict'].includes(codeOf(error));
      if (tries >= MAX_TRIES || (surelyNotApplied(error) && !isStale)) throw error;
      if (isStale) await sleep(backoff(tries + 2), aws.signal);
    }
  }
}
