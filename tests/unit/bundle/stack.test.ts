import { describe, expect, test } from 'vitest';
import { parseStackId, secretConsoleUrl, signInUrl, urlSuffix } from '../../../src/bundle/stack.ts';

const id = (partition: string, region: string) =>
  `arn:${partition}:cloudformation:${region}:123456789012:stack/redis-access/0b7c1d40-8f5a-11f1-a3c2-0e4f6a8b9c1d`;

test("a stack's id tells where the bundle lives", () => {
  expect(parseStackId(id('aws-cn', 'cn-north-1'))).toEqual({
    id: id('aws-cn', 'cn-north-1'),
    partition: 'aws-cn',
    region: 'cn-north-1',
    accountId: '123456789012',
    name: 'redis-access',
  });
});

test.each([
  '',
  'undefined',
  'arn:aws:cloudformation:us-east-1:123456789012:stack/',
  'arn:aws:cloudformation:us-east-1::stack/a/b',
  'arn:aws:cloudformation::123456789012:stack/a/b',
  'arn::cloudformation:us-east-1:123456789012:stack/a/b',
  'arn:aws:lambda:us-east-1:123456789012:stack/a/b',
  'arn:aws:cloudformation:us-east-1:123456789012:stackset/a:b',
  'urn:aws:cloudformation:us-east-1:123456789012:stack/a/b',
])('"%s" is no id of a stack', (text) => {
  expect(() => parseStackId(text)).toThrow(
    new TypeError(`The event's StackId "${text}" is not the ARN of a CloudFormation stack.`),
  );
});

describe.each([
  [
    'aws',
    'eu-west-1',
    'https://123456789012.signin.aws.amazon.com/console',
    'https://eu-west-1.console.aws.amazon.com/secretsmanager',
    'amazonaws.com',
  ],
  [
    'aws-us-gov',
    'us-gov-west-1',
    'https://123456789012.signin.amazonaws-us-gov.com/console',
    'https://us-gov-west-1.console.amazonaws-us-gov.com/secretsmanager',
    'amazonaws.com',
  ],
  [
    'aws-cn',
    'cn-north-1',
    'https://123456789012.signin.amazonaws.cn/console',
    'https://cn-north-1.console.amazonaws.cn/secretsmanager',
    'amazonaws.com.cn',
  ],
  [
    'aws-iso',
    'us-iso-east-1',
    'https://123456789012.signin.aws.amazon.com/console',
    'https://us-iso-east-1.console.aws.amazon.com/secretsmanager',
    'amazonaws.com',
  ],
])('in the partition %s', (partition, region, signIn, secrets, suffix) => {
  const stack = parseStackId(id(partition, region));

  test('users sign in at the page of their account', () => {
    expect(signInUrl(stack)).toBe(signIn);
  });

  test('a secret has its page in the console of its Region', () => {
    expect(secretConsoleUrl(stack, 'rv-access/a user')).toBe(
      `${secrets}/secret?name=rv-access%2Fa%20user&region=${region}`,
    );
  });

  test('services have names of their own', () => {
    expect(urlSuffix(partition)).toBe(suffix);
  });
});

test("a name that would make the answer too long gets the page of the Region's secrets", () => {
  const stack = parseStackId(id('aws', 'us-east-1'));
  expect(secretConsoleUrl(stack, '/'.repeat(85))).toContain(`secret?name=${'%2F'.repeat(85)}&`);
  expect(secretConsoleUrl(stack, '/'.repeat(86))).toBe(
    'https://us-east-1.console.aws.amazon.com/secretsmanager/listsecrets?region=us-east-1',
  );
});
