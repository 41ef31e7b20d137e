/**
 * Gives Redis Cloud the keys of a bundle. With Node 20 or newer, and @aws-sdk/client-secrets-manager installed:
 *
 *     export REDIS_CLOUD_ACCOUNT_KEY=… REDIS_CLOUD_USER_KEY=…
 *     node examples/consumer/register.mjs SECRET_NAME_OR_ARN             # creates a cloud account
 *     node examples/consumer/register.mjs SECRET_NAME_OR_ARN ACCOUNT_ID  # after a rotation: gives it the new keys
 *
 * Prints the cloud account's id, and never a key or a password. A stack with RedisCloudApiSecretArn does all this itself.
 */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { sendCloudAccount } from './redis-cloud.mjs';

/** What the API asks for. The secret holds more, which is the bundle's own. */
const fields = [
  'name',
  'accessKeyId',
  'accessSecretKey',
  'consoleUsername',
  'consolePassword',
  'signInLoginUrl',
];

/**
 * @param {string} secretId
 * @param {string} [cloudAccountId]
 */
async function main(secretId, cloudAccountId) {
  const { SecretString } = await new SecretsManagerClient().send(
    new GetSecretValueCommand({ SecretId: secretId }),
  );
  /** @type {Record<string, string>} */
  const secret = JSON.parse(SecretString ?? '{}');
  const missing = fields.filter((field) => !secret[field]);
  if (missing.length > 0)
    throw new Error(
      `The secret has no ${missing.join(', ')}, which the Redis Cloud API asks for: set ConsoleAccess to UserAndRole or User.`,
    );
  const credentials = Object.fromEntries(fields.map((field) => [field, secret[field] ?? '']));
  const id = await sendCloudAccount(
    {
      url: process.env.REDIS_CLOUD_API_URL ?? 'https://api.redislabs.com/v1',
      accountKey: setting('REDIS_CLOUD_ACCOUNT_KEY'),
      userKey: setting('REDIS_CLOUD_USER_KEY'),
    },
    cloudAccountId ? credentials : { ...credentials, provider: 'AWS' },
    cloudAccountId,
  );
  console.log(`Cloud account ${cloudAccountId ?? id} has access key ${secret.accessKeyId}.`);
}

/**
 * @param {string} name
 * @returns {string}
 */
function setting(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: make API keys in the Redis Cloud console.`);
  return value;
}

const [secretId, cloudAccountId] = process.argv.slice(2);
if (!secretId) {
  console.error('Usage: node register.mjs SECRET_NAME_OR_ARN [CLOUD_ACCOUNT_ID]');
  process.exitCode = 2;
} else {
  await main(secretId, cloudAccountId).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
