import { keepSecret } from '../log.ts';
import { RedisCloudError } from './errors.ts';

/** A key of the Redis Cloud API. */
export interface ApiKey {
  accountKey: string;
  userKey: string;
}

/**
 * The API key in the text of its secret.
 *
 * @param read gets the secret's text, from Secrets Manager
 * @throws RedisCloudError API_SECRET, which never quotes the text; whatever `read` throws
 */
export async function readApiKey(read: () => Promise<string | undefined>): Promise<ApiKey> {
  const text = await read();
  const fail = (problem: string) =>
    new RedisCloudError(
      'API_SECRET',
      `The secret that RedisCloudApiSecretArn names ${problem}. It must be {"accountKey": "…", "userKey": "…"}.`,
    );
  let content: Partial<ApiKey>;
  try {
    content = { ...JSON.parse(text ?? '') };
  } catch {
    throw fail(text ? 'is not JSON' : 'has no text');
  }
  const { accountKey, userKey } = content;
  for (const [name, value] of Object.entries({ accountKey, userKey })) {
    if (typeof value !== 'string' || !value) throw fail(`has no ${name}`);
    // It becomes an HTTP header.
    if (!/^[!-~]+$/.test(value)) throw fail(`has characters in ${name} that no API key has`);
    keepSecret(value);
  }
  return { accountKey, userKey } as ApiKey;
}
