import {
  DeleteResourcePolicyCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
  RemoveRegionsFromReplicationCommand,
  ReplicateSecretToRegionsCommand,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { type Aws, absent, codeOf } from '../aws/clients.ts';
import type { DesiredSecret } from '../bundle/bundle.ts';
import { sameDocument } from '../bundle/policy-documents.ts';
import type { Step } from '../resource/resource.ts';
import type { LiveSecret, SecretBefore } from './secret.ts';

const MANAGED_KEY = 'alias/aws/secretsmanager';
const READERS_SID = 'RvAccessBundleReaders';

/** A multi-Region key encrypts its replicas too; any other key cannot leave its Region. */
export function replica({ kmsKeyArn }: DesiredSecret, Region: string): { Region: string; KmsKeyId?: string } {
  const [arn, partition, service, , ...key] = kmsKeyArn.split(':');
  return key.join(':').includes(':key/mrk-')
    ? { Region, KmsKeyId: [arn, partition, service, Region, ...key].join(':') }
    : { Region };
}

/** What differs in key, replicas and readers, as steps that set it right. */
export async function shapeSecret(
  aws: Aws,
  desired: DesiredSecret,
  live: LiveSecret,
  before: SecretBefore | undefined,
): Promise<Step[]> {
  const SecretId = desired.name;
  const steps: Step[] = [];
  const liveKey = live.kmsKeyId && live.kmsKeyId !== MANAGED_KEY ? live.kmsKeyId : '';
  const isKey = (arn: string | undefined) =>
    arn === liveKey || (liveKey !== '' && arn?.endsWith(`/${liveKey}`));
  if (desired.kmsKeyArn ? !isKey(desired.kmsKeyArn) : liveKey && isKey(before?.kmsKeyArn))
    steps.push(() =>
      aws.secrets(new UpdateSecretCommand({ SecretId, KmsKeyId: desired.kmsKeyArn || MANAGED_KEY })),
    );

  const added = desired.replicaRegions.filter((region) => !live.replicaRegions.includes(region));
  const removed = (before?.replicaRegions ?? []).filter(
    (region) => live.replicaRegions.includes(region) && !desired.replicaRegions.includes(region),
  );
  if (added.length > 0)
    steps.push(() =>
      unlessReplicatedTo(
        aws,
        SecretId,
        (now) => added.every((region) => now.includes(region)),
        new ReplicateSecretToRegionsCommand({
          SecretId,
          AddReplicaRegions: added.map((region) => replica(desired, region)),
        }),
      ),
    );
  if (removed.length > 0)
    steps.push(() =>
      unlessReplicatedTo(
        aws,
        SecretId,
        (now) => !removed.some((region) => now.includes(region)),
        new RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions: removed }),
      ),
    );

  if (desired.readerArns.length > 0 || (before && before.readerArns.length > 0))
    steps.push(...(await shapeReaders(aws, SecretId, desired.readerArns)));
  return steps;
}

/** Changes the replicas. AWS may refuse a call that it has carried out already, when only the answer was lost. */
async function unlessReplicatedTo(
  aws: Aws,
  SecretId: string,
  isDone: (regions: string[]) => boolean,
  command: ReplicateSecretToRegionsCommand | RemoveRegionsFromReplicationCommand,
): Promise<void> {
  try {
    await aws.secrets<unknown>(command);
  } catch (error) {
    if (!['InvalidParameter', 'InvalidRequest', 'ResourceExists'].includes(codeOf(error))) throw error;
    const { ReplicationStatus = [] } = await aws.secrets(new DescribeSecretCommand({ SecretId }));
    if (!isDone(ReplicationStatus.map(({ Region = '' }) => Region))) throw error;
  }
}

interface ResourcePolicy {
  Version: string;
  Statement: { Sid?: string }[];
}

/** Our one statement in the secret's policy; statements of others stay. */
async function shapeReaders(aws: Aws, SecretId: string, readerArns: string[]): Promise<Step[]> {
  const found = await absent(aws.secrets(new GetResourcePolicyCommand({ SecretId })));
  const live = JSON.parse(
    found?.ResourcePolicy || '{"Version":"2012-10-17","Statement":[]}',
  ) as ResourcePolicy;
  const others = [live.Statement].flat().filter(({ Sid }) => Sid !== READERS_SID);
  const ours = {
    Sid: READERS_SID,
    Effect: 'Allow',
    Principal: { AWS: readerArns },
    Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
    Resource: '*',
  };
  const statements = readerArns.length > 0 ? [...others, ours] : others;
  const policy = JSON.stringify({ ...live, Statement: statements });
  if (sameDocument(encodeURIComponent(JSON.stringify(live)), policy)) return [];
  return [
    () =>
      statements.length > 0
        ? aws.secrets(
            new PutResourcePolicyCommand({ SecretId, ResourcePolicy: policy, BlockPublicPolicy: true }),
          )
        : aws.secrets(new DeleteResourcePolicyCommand({ SecretId })),
  ];
}
