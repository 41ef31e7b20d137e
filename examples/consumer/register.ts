/**
 * Gives Redis Cloud the keys of a bundle:
 *
 *     export REDIS_CLOUD_API_KEY=… REDIS_CLOUD_API_SECRET_KEY=…
 *     node examples/consumer/register.ts SECRET_NAME_OR_ARN             # creates a cloud account
 *     node examples/consumer/register.ts SECRET_NAME_OR_ARN ACCOUNT_ID  # after a rotation: gives it the new keys
 *
 * Prints the cloud account's id, and never a key or a password.
 */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { sendCloudAccount } from './redis-cloud.ts';

/** What the API asks for. The secret holds more, which is the bundle's own. */
const fields = [
  'name',
  'accessKeyId',
  'accessSecretKey',
  'consoleUsername',
  'consolePassword',
  'signInLoginUrl',
];

async function main(secretId: string, cloudAccountId?: string): Promise<void> {
  const { SecretString } = await new SecretsManagerClient().send(
    new GetSecretValueCommand({ SecretId: secretId }),
  );
  const secret = JSON.parse(SecretString ?? '{}') as Record<string, string>;
  const missing = fields.filter((field) => !secret[field]);
  if (missing.length > 0)
    throw new Error(
      `The secret has no ${missing.join(', ')}, which the Redis Cloud API asks for: set ConsoleAccess to UserAndRole or User.`,
    );
  const credentials = Object.fromEntries(fields.map((field) => [field, secret[field] ?? '']));
  const id = await sendCloudAccount(
    {
      url: process.env.REDIS_CLOUD_API_URL ?? 'https://api.redislabs.com/v1',
      apiKey: setting('REDIS_CLOUD_API_KEY'),
      apiSecretKey: setting('REDIS_CLOUD_API_SECRET_KEY'),
    },
    cloudAccountId ? credentials : { ...credentials, provider: 'AWS' },
    cloudAccountId,
  );
  console.log(`Cloud account ${cloudAccountId ?? id} has access key ${secret.accessKeyId}.`);
}

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: make API keys in the Redis Cloud console.`);
  return value;
}

const [secretId, cloudAccountId] = process.argv.slice(2);
if (!secretId) {
  console.error('Usage: node register.ts SECRET_NAME_OR_ARN [CLOUD_ACCOUNT_ID]');
  process.exitCode = 2;
} else {
  await main(secretId, cloudAccountId).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
