import { expect, test } from 'vitest';
import { scrub } from '../../../src/log.ts';
import { readApiKey } from '../../../src/redis-cloud/api-key.ts';
import { withRequestContext } from '../../../src/request-context.ts';

const read = (text: string | undefined) =>
  readApiKey(async () => text).then(
    (key) => key,
    (error: Error) => error.message,
  );

test('the key is read from the secret, and never shown from then on', () =>
  withRequestContext(async () => {
    const key = { accountKey: 'account-key-1', userKey: 'user-key-1' };
    expect(await read(JSON.stringify({ ...key, note: 'mine' }))).toEqual(key);
    expect(scrub('account-key-1 and user-key-1')).toBe('*** and ***');
  }));

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
])('a secret with %s is told, and not quoted', async (_, text, problem) => {
  const message = await read(text);
  expect(message).toBe(
    `The secret that RedisCloudApiSecretArn names ${problem}. It must be {"accountKey": "…", "userKey": "…"}.`,
  );
});

test('an error of the reader goes through', async () => {
  await expect(readApiKey(() => Promise.reject(new Error('AccessDenied')))).rejects.toThrow('AccessDenied');
});
