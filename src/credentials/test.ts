import { probeAccessKey } from '../iam/access-key.ts';
import type { SecretVersion } from '../secret/versions.ts';
import type { CredentialsRun } from './run.ts';

/**
 * Proves that the key of a version works, as the user that it was made for.
 *
 * @throws CallError if it does not within a minute
 */
export function testKey({ aws, user }: CredentialsRun, { content }: SecretVersion): Promise<void> {
  const { accessKeyId: id = '', accessSecretKey: secret = '' } = content;
  return probeAccessKey(aws, { id, secret }, user.arn);
}
