import { describe, expect, test } from 'vitest';
import { builtInDocuments, sameDocument } from '../../../src/bundle/policy-documents.ts';
import { parseStackId } from '../../../src/bundle/stack.ts';

const stack = (partition: string) =>
  parseStackId(`arn:${partition}:cloudformation:us-east-1:123456789012:stack/redis-access/0b7c1d40`);

describe('two documents say the same', () => {
  const desired = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['ec2:A', 'ec2:B'], Resource: '*' },
      { Effect: 'Deny', Action: 'ec2:C', Resource: ['x', 'y'], Condition: { Bool: { k: 'true' } } },
    ],
  });

  test.each([
    ['as they are', desired],
    ['URL-encoded, as IAM gives them', encodeURIComponent(desired)],
    [
      'in another order, with single items as lists and truth as truth',
      JSON.stringify({
        Statement: [
          {
            Condition: { Bool: { k: [true] } },
            Resource: ['y', 'x'],
            Action: ['ec2:C'],
            Effect: 'Deny',
          },
          { Resource: ['*'], Action: ['ec2:B', 'ec2:A'], Effect: 'Allow' },
        ],
        Version: '2012-10-17',
      }),
    ],
    ['with white space', JSON.stringify(JSON.parse(desired), null, 2)],
  ])('%s', (_how, live) => {
    expect(sameDocument(live, desired)).toBe(true);
  });
});

describe('two documents differ', () => {
  const desired = '{"Statement":[{"Effect":"Allow","Action":["a","b"],"Resource":"*"}]}';
  test.each([
    ['by an action', '{"Statement":[{"Effect":"Allow","Action":["a","c"],"Resource":"*"}]}'],
    ['by an action more', '{"Statement":[{"Effect":"Allow","Action":["a","b","c"],"Resource":"*"}]}'],
    ['by an action twice', '{"Statement":[{"Effect":"Allow","Action":["a","b","b"],"Resource":"*"}]}'],
    ['by their effect', '{"Statement":[{"Effect":"Deny","Action":["a","b"],"Resource":"*"}]}'],
    ['by a condition', '{"Statement":[{"Effect":"Allow","Action":["a","b"],"Resource":"*","Condition":{}}]}'],
    ['by two items that look like one', '{"Statement":[{"Effect":"Allow","Action":"a,b","Resource":"*"}]}'],
    ['when one is no JSON', 'Statement'],
    ['when one is badly encoded', '%E0%A4%A'],
    ['when one is not there', undefined],
  ])('%s', (_how, live) => {
    expect(sameDocument(live, desired)).toBe(false);
  });
});

test.each([
  ['aws', 'ec2.amazonaws.com'],
  ['aws-us-gov', 'ec2.amazonaws.com'],
  ['aws-cn', 'ec2.amazonaws.com.cn'],
])('the built-in documents are those of the partition %s', (partition, ec2) => {
  const documents = builtInDocuments(stack(partition), 'node', '210987654321');
  const all = Object.values(documents).join();
  expect(all).not.toMatch(/<<|>>/);
  expect(documents.userRestricted).toContain(`arn:${partition}:iam::*:user/\${aws:username}`);
  expect(documents.userRestricted).toContain(`arn:${partition}:iam::*:role/node"`);
  expect(JSON.parse(documents.trustEc2).Statement[0].Principal.Service).toBe(ec2);
  expect(JSON.parse(documents.trustConsole).Statement[0].Principal.AWS).toBe(
    `arn:${partition}:iam::210987654321:root`,
  );
  if (partition !== 'aws') expect(all).not.toContain('arn:aws:');
});
