import { describe, expect, test } from 'vitest';
import {
  absent,
  adviceOn,
  codeOf,
  deniedBy,
  isDenial,
  isKmsFailure,
  isPassing,
  surelyNotApplied,
} from '../../../src/aws/error-codes.ts';
import { CallError } from '../../../src/errors.ts';

const error = (name: string, message = 'no', httpStatusCode?: number) =>
  Object.assign(new Error(message), {
    name,
    $metadata: httpStatusCode === undefined ? {} : { httpStatusCode },
  });
const wrapped = (cause: Error) => new CallError('Do', 'it', '', cause);

test('codes are those of the AWS documents, whatever wraps the error', () => {
  const cause = error('ResourceNotFoundException');
  expect(codeOf(cause)).toBe('ResourceNotFound');
  expect(codeOf(wrapped(cause))).toBe('ResourceNotFound');
  expect(codeOf(undefined)).toBe('undefined');
});

test('what is absent is undefined; any other failure stays one', async () => {
  expect(await absent(Promise.resolve(7))).toBe(7);
  for (const name of ['NoSuchEntity', 'NoSuchEntityException', 'ResourceNotFoundException'])
    expect(await absent(Promise.reject(wrapped(error(name))))).toBeUndefined();
  await expect(absent(Promise.reject(error('InvalidInput', 'bad')))).rejects.toThrow('bad');
});

test.each([
  [400, true],
  [403, true],
  [409, true],
  [500, false],
  [undefined, false],
])('a call that was answered with %j surely had no effect: %j', (status, surely) => {
  expect(surelyNotApplied(error('x', 'x', status))).toBe(surely);
  expect(surelyNotApplied(wrapped(error('x', 'x', status)))).toBe(surely);
  expect(surelyNotApplied(new Error('no answer'))).toBe(false);
});

test('a refusal of a second try says nothing of the first one, whose answer may be lost', () => {
  const refused = error('x', 'x', 403);
  Object.assign(refused.$metadata ?? {}, { attempts: 2 });
  expect(surelyNotApplied(refused)).toBe(false);
  const again = Object.assign(wrapped(error('x', 'x', 403)), { mayBeApplied: true });
  expect(surelyNotApplied(again)).toBe(false);
});

test.each([
  ['EntityTemporarilyUnmodifiable', 'no', {}, true],
  ['ConcurrentModificationException', 'no', {}, true],
  ['Throttling', 'no', {}, true],
  ['InvalidRequestException', 'no', {}, false],
  ['InvalidRequestException', 'no', { passing: ['InvalidRequest'] }, true],
  ['NoSuchEntity', 'no', {}, false],
  ['NoSuchEntity', 'no', { fresh: true }, true],
  ['MalformedPolicyDocument', 'Invalid principal in policy', { fresh: true }, true],
  ['MalformedPolicyDocument', 'Syntax errors', { fresh: true }, false],
])('%s (%s) of a call with %j passes by itself: %j', (name, message, options, passes) => {
  expect(isPassing(error(name, message), options)).toBe(passes);
});

const KMS_DENIAL = error('AccessDeniedException', 'Access to KMS is not allowed');

test.each([
  [error('AccessDenied'), true, false],
  [error('AccessDeniedException'), true, false],
  [error('UnauthorizedOperation'), true, false],
  [KMS_DENIAL, false, true],
  [error('EncryptionFailure'), false, true],
  [error('DecryptionFailureException'), false, true],
  [error('KMSAccessDeniedException'), false, true],
  [error('InvalidInput'), false, false],
])('%s lacks a permission of the function: %j; is a matter of the KMS key: %j', (cause, denial, kms) => {
  expect([isDenial(cause), isKmsFailure(cause), isKmsFailure(wrapped(cause))]).toEqual([denial, kms, kms]);
});

test.each([
  ['with an explicit deny in a service control policy', 'service control policy'],
  ['with an explicit deny in an identity-based policy', 'identity-based policy'],
  ['with an explicit deny in a permissions boundary', 'permissions boundary'],
  ['with an explicit deny', 'Deny statement'],
  ['because no service control policy allows the action', 'service control policy'],
  ['because no permissions boundary allows the action', 'permissions boundary'],
  ['because no identity-based policy allows the action', undefined],
])('a denial %s comes from %s', (because, policy) => {
  expect(deniedBy(error('AccessDenied', `User: x is not authorized ${because}`))).toBe(policy);
});

describe('advice', () => {
  test.each([
    ['AccessDenied', 'no', "If the template's role was changed"],
    ['AccessDenied', 'no', "begin the names of a further bundle with the provider's FurtherBundlesPrefix"],
    [
      'AccessDenied',
      'with an explicit deny in a service control policy',
      'The denial comes from a service control policy',
    ],
    [
      'AccessDeniedException',
      'Access to KMS is not allowed',
      'Check that the key of the secret (KmsKeyArn) exists',
    ],
    ['EncryptionFailure', 'The KMS key is disabled', 'Check that the key of the secret (KmsKeyArn) exists'],
    ['LimitExceeded', 'Cannot exceed quota', 'A quota is reached'],
    [
      'NoSuchEntity',
      'Scope ARN: arn:aws:iam::123456789012:policy/x does not exist or is not attachable.',
      'PermissionsBoundaryArn names a policy that is not there',
    ],
    ['InvalidInput', 'The permissions boundary is bad', 'PermissionsBoundaryArn names a policy'],
  ])('on %s (%s) is given, as whole sentences', (name, message, words) => {
    const advice = adviceOn(error(name, message));
    expect(advice).toContain(words);
    expect(advice).toMatch(/\.$/);
  });

  test('is empty where nothing is known', () => {
    expect(adviceOn(error('ServiceUnavailable'))).toBe('');
    expect(adviceOn(error('NoSuchEntity'))).toBe('');
  });
});
