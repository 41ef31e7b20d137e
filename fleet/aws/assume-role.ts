import { AssumeRoleCommand, GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import type { Credentials } from './clients.ts';

/** What the status of an account takes. Whatever the role may do, its session for the status may do no more than this. */
const READ_ONLY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['cloudformation:DescribeStacks', 'cloudwatch:GetMetricData', 'iam:GetAccessKeyLastUsed'],
      Resource: '*',
    },
  ],
});

export interface Caller {
  accountId: string;
  partition: string;
}

export async function callerOf(sts: STSClient): Promise<Caller> {
  const { Account: accountId = '', Arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
  return { accountId, partition: Arn.split(':')[1] ?? 'aws' };
}

/** A session of a role in an account, for reading only. */
export async function assumeRole(sts: STSClient, roleArn: string): Promise<Credentials> {
  const { Credentials: given } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: roleArn,
      RoleSessionName: 'rv-access-fleet',
      DurationSeconds: 900,
      Policy: READ_ONLY,
    }),
  );
  return {
    accessKeyId: given?.AccessKeyId ?? '',
    secretAccessKey: given?.SecretAccessKey ?? '',
    sessionToken: given?.SessionToken ?? '',
  };
}
