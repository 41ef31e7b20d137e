/** A small function that calls each service once, to be bundled and run by itself. */
import { GetUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

export async function handler(): Promise<unknown> {
  const { User } = await new IAMClient().send(new GetUserCommand({ UserName: 'redislabs-user' }));
  const { SecretString } = await new SecretsManagerClient().send(
    new GetSecretValueCommand({ SecretId: 'rv' }),
  );
  const credentials = { accessKeyId: 'AKIAOTHER', secretAccessKey: 'other' };
  const { Arn } = await new STSClient({ credentials }).send(new GetCallerIdentityCommand());
  return { UserArn: User?.Arn, SecretString, CallerArn: Arn };
}

/** The addresses that the clients would call in a Region, with nothing about it in the environment. */
export function endpoints(Region: string): string[] {
  const hostOf = ({ config }: IAMClient | SecretsManagerClient | STSClient) =>
    config.endpointProvider({ Region } as never).url.href;
  return [new IAMClient(), new SecretsManagerClient(), new STSClient()].map(hostOf);
}
