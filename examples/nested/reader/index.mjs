import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

const secretsManager = new SecretsManagerClient();

/** Answers what is no secret in the secret; the keys themselves stay in here. */
export async function handler() {
  const { SecretString } = await secretsManager.send(
    new GetSecretValueCommand({ SecretId: process.env.SECRET_ARN }),
  );
  const { name, accessKeyId, accessKeySerial, signInLoginUrl } = JSON.parse(SecretString);
  return { name, accessKeyId, accessKeySerial, signInLoginUrl };
}
