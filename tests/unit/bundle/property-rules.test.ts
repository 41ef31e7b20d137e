import { expect, test } from 'vitest';
import { parsePropertiesLeniently } from '../../../src/bundle/properties.ts';
import {
  brokenRules,
  shown,
  wantsConsolePassword,
  wantsConsoleRole,
} from '../../../src/bundle/property-rules.ts';
import { parseStackId } from '../../../src/bundle/stack.ts';

const STACK = parseStackId('arn:aws:cloudformation:us-east-1:123456789012:stack/redis-access/0b7c1d40');
const broken = (raw: Record<string, unknown>) => brokenRules(parsePropertiesLeniently(raw, STACK), STACK);

test.each([
  ['UserAndRole', true, true],
  ['User', true, false],
  ['Role', false, true],
  ['None', false, false],
])('console access %s: password %j, role %j', (ConsoleAccess, password, role) => {
  const properties = parsePropertiesLeniently({ ConsoleAccess }, STACK);
  expect([wantsConsolePassword(properties), wantsConsoleRole(properties)]).toEqual([password, role]);
});

test.each([
  [
    { InstanceRoleName: 'One', ConsoleRoleName: 'oNE' },
    /^InstanceRoleName and ConsoleRoleName are both "One"/,
  ],
  [
    { InstancePolicyName: 'One', UserPolicyName: 'ONE' },
    /^InstancePolicyName and UserPolicyName are both "One"/,
  ],
  [
    {
      RedisCloudApiSecretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:x-abcdef',
      ConsoleAccess: 'Role',
    },
    /needs a console password/,
  ],
  [{ UserName: 'a,b' }, /has a comma, which a secret's name may not have: set SecretName/],
  [{ SecretReaderArns: 'arn:aws:iam::210987654321:root' }, /^SecretReaderArns needs KmsKeyArn/],
  [
    { KmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/1' },
    /must be a key in the stack's Region us-east-1/,
  ],
  [
    { PermissionsBoundaryArn: 'arn:aws:iam::999999999999:policy/X' },
    /must be a policy of this account or of AWS/,
  ],
  [{ ReplicaRegions: 'eu-west-1,us-east-1' }, /is the stack's own Region/],
])('%j breaks a rule, and the message names property and way out', (raw, words) => {
  expect(broken(raw)).toEqual([expect.stringMatching(words)]);
});

test('several broken rules are all told', () => {
  expect(broken({ ReplicaRegions: 'us-east-1', UserName: 'a,b' })).toHaveLength(2);
  expect(broken({})).toEqual([]);
});

test('a long value is cut in a message', () => {
  expect(shown('x'.repeat(300))).toHaveLength(101);
  expect(shown(['a'])).toBe('["a"]');
});
