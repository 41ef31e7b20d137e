import { expect, test } from 'vitest';
import { parseApiKey } from '../../../src/redis-cloud/api-key.ts';
import { RedisCloudError } from '../../../src/redis-cloud/errors.ts';

test('the key is read from the secret', () => {
  const key = { accountKey: 'account-key-1', userKey: 'user-key-1' };
  expect(parseApiKey(JSON.stringify({ ...key, note: 'mine' }))).toEqual(key);
});

test.each([
  ['no text', undefined, 'has no text'],
  ['an empty text', '', 'has no text'],
  ['no JSON', 'hunter2', 'is not JSON'],
  ['a number', '12', 'has no accountKey'],
  ['null', 'null', 'has no accountKey'],
  ['no user key', '{"accountKey":"hunter2"}', 'has no userKey'],
  ['a key that is no string', '{"accountKey":"hunter2","userKey":{"hunter2":1}}', 'has no userKey'],
  [
    'a key with a line break',
    '{"accountKey":"hunter2\\n","userKey":"x"}',
    'has characters in accountKey that no API key has',
  ],
  [
    'a placeholder',
    '{"accountKey":"hunter2","userKey":"…"}',
    'has characters in userKey that no API key has',
  ],
])('a secret with %s is told, and not quoted', (_, text, problem) => {
  const words = `The secret that RedisCloudApiSecretArn names ${problem}. It must be {"accountKey": "…", "userKey": "…"}.`;
  expect(() => parseApiKey(text)).toThrow(new RedisCloudError('API_SECRET', words));
});
