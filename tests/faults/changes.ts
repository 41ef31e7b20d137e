import type { Properties } from '../support/memory-aws/events.ts';

/** One new value for each property, or for names that go together. */
const CHANGES: [string, Properties][] = [
  ['UserName', { UserName: 'redis-user-2' }],
  ['UserPolicyName', { UserPolicyName: 'RedisUserPolicy2' }],
  ['InstanceRoleName', { InstanceRoleName: 'redis-node-role-2' }],
  ['ConsoleRoleName', { ConsoleRoleName: 'redis-role-2' }],
  ['SecretName', { SecretName: 'another/secret' }],
  ['AccessKeySerial', { AccessKeySerial: 2 }],
  ['PasswordSerial', { PasswordSerial: 2 }],
  ['ConsoleAccess', { ConsoleAccess: 'User' }],
  ['Tags', { Tags: 'Team=cache' }],
  ['PermissionsBoundaryArn', { PermissionsBoundaryArn: 'arn:aws:iam::aws:policy/PowerUserAccess' }],
];

/** Every two of them at once. */
export const PAIRS_OF_CHANGES: [string, Properties][] = CHANGES.flatMap(([one, first], index) =>
  CHANGES.slice(index + 1).map(([other, second]): [string, Properties] => [
    `${one} and ${other} at once`,
    { ...first, ...second },
  ]),
);
