import {
  DeleteResourcePolicyCommand,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
} from '@aws-sdk/client-secrets-manager';
import type { Aws } from '../aws/clients.ts';
import { absent } from '../aws/error-codes.ts';
import type { DesiredSecret } from '../bundle/bundle.ts';
import { sameDocument } from '../bundle/policy-documents.ts';
import { type Change, mustWrite } from '../resource/change.ts';

const READERS_SID = 'RvAccessBundleReaders';

interface ResourcePolicy {
  Version: string;
  Statement: { Sid?: string }[];
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

/** What makes the readers in other accounts those that are desired. */
export function readerChange(
  aws: Aws,
  desired: DesiredSecret,
  observedPolicy: string | undefined,
  mayBe: (DesiredSecret | undefined)[],
): Change | undefined {
  const { name, readerArns } = desired;
  if (readerArns.length === 0 && !mayBe.some((state) => state?.readerArns.length)) return undefined;
  const observed = parsePolicy(observedPolicy);
  const isSame = sameDocument(
    encodeURIComponent(JSON.stringify(observed)),
    JSON.stringify(withReaders(observed, readerArns)),
  );
  if (!mustWrite(isSame, desired, mayBe, (state) => state.readerArns)) return undefined;
  return {
    difference: 'its readers in other accounts are not as desired',
    async apply() {
      const live = await absent(aws.secrets(new GetResourcePolicyCommand({ SecretId: name })));
      const policy = withReaders(parsePolicy(live?.ResourcePolicy), readerArns);
      await (policy.Statement.length > 0
        ? aws.secrets(
            new PutResourcePolicyCommand({
              SecretId: name,
              ResourcePolicy: JSON.stringify(policy),
              BlockPublicPolicy: true,
            }),
            { fresh: true },
          )
        : aws.secrets(new DeleteResourcePolicyCommand({ SecretId: name })));
    },
  };
}

/** Whom else the resource policy lets in, as words for a report: an Update leaves statements of others alone. */
export async function secretExtras(aws: Aws, { name, readerArns }: DesiredSecret): Promise<string[]> {
  const found = await absent(aws.secrets(new GetResourcePolicyCommand({ SecretId: name })));
  return [parsePolicy(found?.ResourcePolicy).Statement]
    .flat()
    .filter(({ Sid }) => Sid !== READERS_SID || readerArns.length === 0)
    .map((statement) => `its resource policy has a statement of others: ${JSON.stringify(statement)}`);
}
