import { describe, expect, test } from 'vitest';
import { keepSecret } from '../../../src/log.ts';
import { isRedisError, RedisCloudError, readError } from '../../../src/redis-cloud/errors.ts';
import { withRequestContext } from '../../../src/request-context.ts';

const object = { type: 'CLOUD_ACCOUNT_USED', status: '409 CONFLICT', description: 'In use' };
const words = 'CLOUD_ACCOUNT_USED, 409 CONFLICT, In use';

describe('what Redis says went wrong', () => {
  test.each<[string, unknown, { type?: string; words: string }]>([
    ['an object', object, { type: 'CLOUD_ACCOUNT_USED', words }],
    ['an object further in', { error: object }, { type: 'CLOUD_ACCOUNT_USED', words }],
    [
      'a task',
      { status: 'processing-error', response: { error: object } },
      { type: 'CLOUD_ACCOUNT_USED', words },
    ],
    ['a code', 'GENERAL_ERROR', { type: 'GENERAL_ERROR', words: 'GENERAL_ERROR' }],
    ['a code further in', { error: 'GENERAL_ERROR' }, { type: 'GENERAL_ERROR', words: 'GENERAL_ERROR' }],
    ['words alone', { message: 'Too\n much' }, { words: 'Too much' }],
    ['a sentence as JSON', 'Authentication error', { words: '' }],
    ['nothing', undefined, { words: '' }],
    ['an object that is no error', { description: { deep: 1 } }, { words: '' }],
  ])('is read from %s', (_, body, expected) => {
    expect(readError(body)).toEqual(expected);
  });

  test('is cut, and never through a secret', () =>
    withRequestContext(() => {
      const secret = 'the-very-secret-value';
      keepSecret(secret);
      for (let pad = 0; pad < 320; pad += 1) {
        const { words: text } = readError({ description: `${'x'.repeat(pad)}${secret}` });
        expect(text).not.toContain('the-');
        expect(text.length).toBeLessThanOrEqual(300);
      }
    }));
});

test('an error says what to do by its kind, and nothing more if none is known', () => {
  expect(new RedisCloudError('REDIRECT', 'It moved.').message).toBe(
    'It moved. Redirects are not followed: look for a proxy in between.',
  );
  expect(new RedisCloudError('SOMETHING', 'It broke.').message).toBe('It broke.');
});

test('an error is told by its kind', () => {
  const error = new RedisCloudError('USED', 'In use.');
  expect([isRedisError(error), isRedisError(error, 'USED'), isRedisError(error, 'TIME')]).toEqual([
    true,
    true,
    false,
  ]);
  expect(isRedisError(new Error('USED'))).toBe(false);
});
