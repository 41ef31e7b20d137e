import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { LocalAws } from '../aws.ts';

export interface Clients {
  iam: IAMClient;
  secrets: SecretsManagerClient;
  dynamodb: DynamoDBClient;
  /** The ARN that AWS knows the owner of an access key by, or the error code when it refuses the key. */
  callerOf(key: { accessKeyId: string; accessSecretKey: string }): Promise<string>;
}

/**
 * Clients of the account's administrator on the local AWS.
 *
 * @param how `apart`: their calls are in no log and meet no fault, and what they read is so now
 */
export function clientsOf(aws: LocalAws, region: string, how?: 'apart'): Clients {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = aws.env(region);
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  const settings = { endpoint: aws.endpoint, region };
  const administrator = { ...settings, credentials, ...(how && { userAgentAppId: 'local-aws' }) };
  return {
    iam: new IAMClient(administrator),
    secrets: new SecretsManagerClient(administrator),
    dynamodb: new DynamoDBClient(administrator),
    callerOf: async ({ accessKeyId, accessSecretKey }) => {
      const owner = { accessKeyId, secretAccessKey: accessSecretKey };
      const sts = new STSClient({ ...settings, credentials: owner });
      try {
        return (await sts.send(new GetCallerIdentityCommand({}))).Arn ?? '';
      } catch (error) {
        return error instanceof Error ? error.name : String(error);
      } finally {
        sts.destroy();
      }
    },
  };
}
