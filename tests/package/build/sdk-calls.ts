/** A small function that calls each service, to be bundled and run by itself. */
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetUserCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

export async function handler(): Promise<unknown> {
  const { User } = await new IAMClient().send(new GetUserCommand({ UserName: 'redislabs-user' }));
  const { SecretString } = await new SecretsManagerClient().send(
    new GetSecretValueCommand({ SecretId: 'rv' }),
  );
  const credentials = { accessKeyId: 'AKIAOTHER', secretAccessKey: 'other' };
  const { Arn } = await new STSClient({ credentials }).send(new GetCallerIdentityCommand());
  const db = new DynamoDBClient();
  const { Item } = await db.send(new GetItemCommand({ TableName: 'ledger', Key: { bundle: { S: 'rv' } } }));
  const put = new PutItemCommand({
    TableName: 'ledger',
    Item: { bundle: { S: 'rv' }, version: { N: '2' } },
    ConditionExpression: '#version = :version',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':version': { N: '0' } },
  });
  const named = (error: Error) => `${error.name}: ${error.message}`;
  const refusal = await db.send(put).catch(named);
  const missing = await new SecretsManagerClient()
    .send(new DescribeSecretCommand({ SecretId: 'none' }))
    .catch(named);
  return { UserArn: User?.Arn, SecretString, CallerArn: Arn, version: Item?.version?.N, refusal, missing };
}

/** The addresses that the clients would call in a Region, with nothing about it in the environment. */
export function endpoints(Region: string): string[] {
  const hostOf = ({ config }: IAMClient | SecretsManagerClient | STSClient | DynamoDBClient) =>
    config.endpointProvider({ Region } as never).url.href;
  return [new IAMClient(), new SecretsManagerClient(), new STSClient(), new DynamoDBClient()].map(hostOf);
}
