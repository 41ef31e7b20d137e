import { describe, expect, test } from 'vitest';
import { contentOf, holds } from '../../../src/credentials/content.ts';
import { desired, serial, user } from './situations.ts';

const key = { accessKeyId: 'K1', accessSecretKey: 'of K1', accessKeySerial: 3 };
const password = { consolePassword: 'secret', passwordSerial: 4 };
const signsIn = { ...user, consolePassword: true };

describe('the content of the secret', () => {
  test('has the fields of the Redis Cloud API in their order, and then the book-keeping', () => {
    const secret = { ...serial(3, 4), fixed: { ...desired.fixed, iamRoleName: 'console' } };
    expect(Object.entries(contentOf(secret, signsIn, key, password, 'K0'))).toEqual([
      ['name', 'stack'],
      ['provider', 'AWS'],
      ['accessKeyId', 'K1'],
      ['accessSecretKey', 'of K1'],
      ['consoleUsername', 'redis'],
      ['consolePassword', 'secret'],
      ['signInLoginUrl', 'https://sign-in'],
      ['iamRoleName', 'console'],
      ['accessKeySerial', 3],
      ['passwordSerial', 4],
      ['previousAccessKeyId', 'K0'],
    ]);
  });

  test('without console password has none of its fields, though one is known', () => {
    const content = contentOf(desired, user, key, password, undefined);
    for (const field of ['consoleUsername', 'consolePassword', 'iamRoleName', 'previousAccessKeyId'])
      expect(content).not.toHaveProperty(field);
  });

  test('keeps the serials that its credentials were made for, when those that are asked for are lower', () => {
    expect(contentOf(serial(1, 1), signsIn, key, password, undefined)).toMatchObject({
      accessKeySerial: 3,
      passwordSerial: 4,
    });
    expect(contentOf(serial(7, 8), signsIn, {}, undefined, undefined)).toMatchObject({
      accessKeySerial: 7,
      passwordSerial: 8,
    });
  });
});

describe('a version holds what is desired', () => {
  const content = contentOf(desired, user, key, undefined, 'K0');
  test.each([
    ['if it is the same', content, true],
    ['if somebody added a field of his own', { ...content, note: 'x' }, true],
    ['not if one of our fields differs', { ...content, name: 'x' }, false],
    ['not if it names another key before', { ...content, previousAccessKeyId: 'K9' }, false],
    ['if it names none: that is in AWSPREVIOUS', { ...content, previousAccessKeyId: undefined }, true],
  ])('%s', (_when, stored, same) => {
    expect(holds(stored as typeof content, content)).toBe(same);
  });
});
