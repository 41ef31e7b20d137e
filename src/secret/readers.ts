import {
  DeleteResourcePolicyCommand,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
} from '@aws-sdk/client-secrets-manager';
import type { Aws } from '../aws/clients.ts';
import { absent, codeOf } from '../aws/error-codes.ts';
import type { DesiredSecret } from '../bundle/bundle.ts';
import { sameDocument } from '../bundle/policy-documents.ts';
import { warn } from '../log.ts';
import { type Change, mustWrite } from '../resource/change.ts';

const READERS_SID = 'RvAccessBundleReaders';

interface ResourcePolicy {
  Version: string;
  Statement: { Sid?: string; Principal?: { AWS?: string | string[] } }[];
}

const parsePolicy = (text: string | undefined) =>
  JSON.parse(text || '{"Version":"2012-10-17","Statement":[]}') as ResourcePolicy;

/** The policy with our one statement as desired; statements of others stay. */
function withReaders(observed: ResourcePolicy, readerArns: string[]): ResourcePolicy {
  const others = [observed.Statement].flat().filter(({ Sid }) => Sid !== READERS_SID);
  const ours = {
    Sid: READERS_SID,
    Effect: 'Allow',
    Principal: { AWS: readerArns },
    Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
    Resource: '*',
  };
  return { ...observed, Statement: readerArns.length > 0 ? [...others, ours] : others };
}

const isAsDesired = (policy: ResourcePolicy, readerArns: string[]) =>
  sameDocument(encodeURIComponent(JSON.stringify(policy)), JSON.stringify(withReaders(policy, readerArns)));

/** What makes the readers in other accounts those that are desired. */
export function readerChange(
  aws: Aws,
  desired: DesiredSecret,
  observedPolicy: string | undefined,
  mayBe: (DesiredSecret | undefined)[],
): Change | undefined {
  const { name, readerArns } = desired;
  const isKnown = [desired, ...mayBe].some((state) => state?.readerArns.length);
  if (!isKnown && !mayBe.includes(undefined)) return undefined;
  const observed = parsePolicy(observedPolicy);
  const isSame = isAsDesired(observed, readerArns);
  if (!mustWrite(isSame, desired, mayBe, (state) => state.readerArns)) return undefined;
  return {
    difference: 'its readers in other accounts are not as desired',
    async apply() {
      const live = await absent(
        aws.secrets(
          new GetResourcePolicyCommand({ SecretId: name }),
          // A late read says that what was restored a moment ago is marked for deletion.
          { fresh: true, passing: ['InvalidRequest'] },
        ),
      );
      // A secret that was restored or adopted may let in the readers of the bundle that it was of.
      if (!isKnown && !live?.ResourcePolicy?.includes(READERS_SID)) return;
      // What a request has only begun may be this very one, which died: nobody was let in by it.
      const [inForce] = mayBe.includes(undefined) ? [] : mayBe;
      const areNew = !readerArns.every((arn) => inForce?.readerArns.includes(arn));
      await letIn(aws, name, parsePolicy(live?.ResourcePolicy), { readerArns, areNew });
    },
  };
}

/**
 * Writes the policy. AWS refuses one that names somebody who is not there: who is new may become known in a moment, and fails
 * the request else. Who was let in before and deleted since must fail neither an update of something else nor a roll-back.
 */
async function letIn(
  aws: Aws,
  name: string,
  live: ResourcePolicy,
  { readerArns, areNew }: { readerArns: string[]; areNew: boolean },
): Promise<void> {
  const put = (arns: string[]) => {
    const policy = withReaders(live, arns);
    const SecretId = name;
    if (policy.Statement.length === 0) return aws.secrets(new DeleteResourcePolicyCommand({ SecretId }));
    const ResourcePolicy = JSON.stringify(policy);
    return aws.secrets(new PutResourcePolicyCommand({ SecretId, ResourcePolicy, BlockPublicPolicy: true }), {
      fresh: areNew,
    });
  };
  try {
    await put(readerArns);
  } catch (error) {
    if (codeOf(error) !== 'MalformedPolicyDocument' || areNew) throw error;
    const seen = [live.Statement].flat().find(({ Sid }) => Sid === READERS_SID)?.Principal?.AWS ?? [];
    const known = [seen].flat();
    const gone = readerArns.filter((arn) => !known.includes(arn));
    // A statement of others names somebody who was deleted.
    if (gone.length === 0 && isAsDesired(live, readerArns)) return;
    if (gone.length === 0) throw error;
    warn(
      `AWS refuses to let ${gone.join(', ')} read the secret "${name}": nobody of that name is there any more. ` +
        'Take it out of SecretReaderArns, or make it again and update the stack.',
    );
    // An id in place of an ARN stands for somebody who was deleted, and lets nobody in.
    if (known.some((principal) => principal.includes(':') && !readerArns.includes(principal)))
      await put(readerArns.filter((arn) => known.includes(arn)));
  }
}

/** Whom else the resource policy lets in, as words for a report: an Update leaves statements of others alone. */
export async function secretExtras(aws: Aws, { name, readerArns }: DesiredSecret): Promise<string[]> {
  const found = await absent(aws.secrets(new GetResourcePolicyCommand({ SecretId: name })));
  return [parsePolicy(found?.ResourcePolicy).Statement]
    .flat()
    .filter(({ Sid }) => Sid !== READERS_SID || readerArns.length === 0)
    .map((statement) => `its resource policy has a statement of others: ${JSON.stringify(statement)}`);
}
