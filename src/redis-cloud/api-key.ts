import { RedisCloudError } from './errors.ts';

/** A key of the Redis Cloud API. */
export interface ApiKey {
  accountKey: string;
  userKey: string;
}

/**
 * The API key in the text of its secret.
 *
 * @throws RedisCloudError API_SECRET, which never quotes the text
 */
export function parseApiKey(text: string | undefined): ApiKey {
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
  }
  return { accountKey, userKey } as ApiKey;
}
