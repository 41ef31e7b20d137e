import type { Properties } from '../support/memory-aws/events.ts';

const SECRET = 'rv-access/redislabs-user';

/** Every name by itself, the user with and without its secret, and all of them. */
export const RENAMES: [string, Properties][] = [
  ['the user policy', { UserPolicyName: 'RedisUserPolicy2' }],
  ['the instance policy', { InstancePolicyName: 'RedisNodePolicy2' }],
  ['the user', { UserName: 'redis-user-2' }],
  ['the user whose secret stays', { UserName: 'redis-user-2', SecretName: SECRET }],
  ['the instance role', { InstanceRoleName: 'redis-node-role-2' }],
  ['the console role', { ConsoleRoleName: 'redis-role-2' }],
  ['the secret', { SecretName: 'another/secret' }],
  [
    'everything',
    {
      UserName: 'redis-user-2',
      UserPolicyName: 'RedisUserPolicy2',
      InstanceRoleName: 'redis-node-role-2',
      InstancePolicyName: 'RedisNodePolicy2',
      ConsoleRoleName: 'redis-role-2',
      SecretName: 'another/secret',
    },
  ],
];
