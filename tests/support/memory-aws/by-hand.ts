import { mintAccessKey } from './iam-access-keys.ts';
import { newIdentity } from './iam-identity.ts';
import type { AccessKey, InstanceProfile, Policy, Role, Tags, User } from './iam-state.ts';
import { newUser } from './iam-users.ts';
import { characters, LETTERS_AND_DIGITS, uniqueId } from './identifiers.ts';
import type { Secret } from './secrets-state.ts';
import type { World } from './world.ts';

const DAY = 24 * 60 * 60 * 1000;
const DOCUMENT = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }],
});
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }],
});

/** What people, and other stacks, do in an account: set-up for tests. Entities made so are a day old. */
export type ByHand = ReturnType<typeof byHand>;

export function byHand(world: World) {
  const dayOld = (tags: Tags) => ({ createdAt: Date.now() - DAY, tags: { ...tags } });

  return {
    addForeignUser(name: string, tags: Tags = {}): User {
      const user: User = { ...newUser(world, name), ...dayOld(tags) };
      world.users[name] = user;
      return user;
    },

    addForeignRole(name: string, tags: Tags = {}): Role {
      const role: Role = {
        ...newIdentity(world, 'role', name),
        ...dayOld(tags),
        trust: TRUST,
        maxSessionDuration: 3600,
        attached: [],
        inline: {},
      };
      world.roles[name] = role;
      return role;
    },

    addForeignPolicy(name: string, tags: Tags = {}): Policy {
      const policy: Policy = {
        ...newIdentity(world, 'policy', name),
        ...dayOld(tags),
        versions: [{ id: 'v1', document: DOCUMENT, createdAt: Date.now() - DAY }],
        defaultVersionId: 'v1',
        nextVersion: 2,
      };
      world.policies[policy.arn] = policy;
      return policy;
    },

    addForeignInstanceProfile(name: string, roles: string[] = [], tags: Tags = {}): InstanceProfile {
      const profile = { ...newIdentity(world, 'instance-profile', name), ...dayOld(tags), roles: [...roles] };
      world.instanceProfiles[name] = profile;
      return profile;
    },

    addForeignSecret(name: string, value = '{"foreign":true}', tags: Tags = {}): Secret {
      const createdAt = Date.now() - DAY;
      const secret: Secret = {
        name,
        arn: `arn:${world.partition}:secretsmanager:${world.region}:${world.accountId}:secret:${name}-${characters(world, 6, LETTERS_AND_DIGITS)}`,
        createdAt,
        tags: { ...tags },
        versions: { [characters(world, 36)]: { value, stages: ['AWSCURRENT'], createdAt } },
        replicas: [],
        rotationEnabled: false,
      };
      world.secrets[name] = secret;
      return secret;
    },

    /** A key that a person made in the console, a day ago, whatever the quota. */
    addAccessKeyByHand(userName: string): AccessKey {
      const key = mintAccessKey(world, world.users[userName] as User);
      key.createdAt = Date.now() - DAY;
      return key;
    },

    /** Something that uses the key, now. */
    useAccessKey(id: string, service = 'ec2'): void {
      for (const user of Object.values(world.users)) {
        for (const key of user.accessKeys) if (key.id === id) key.lastUsed = { at: Date.now(), service };
      }
    },

    /** Hangs one of everything on a user that IAM wants removed before the user can be deleted. */
    hangEverythingOn(userName: string): void {
      const user = world.users[userName] as User;
      const virtual = `arn:${world.partition}:iam::${world.accountId}:mfa/${userName}-phone`;
      world.virtualMfaDevices[virtual] = user.name;
      user.mfaDevices.push(virtual, 'GAHT12345678');
      user.sshKeys.push('APKAEXAMPLE1', 'APKAEXAMPLE2');
      user.certificates.push('CERTIFICATE1EXAMPLE', 'CERTIFICATE2EXAMPLE');
      user.serviceCredentials.push('ACCAEXAMPLE1', 'ACCAEXAMPLE2');
      user.inline['by-hand-1'] = DOCUMENT;
      user.inline['by-hand-2'] = DOCUMENT;
      user.attached.push(`arn:${world.partition}:iam::aws:policy/ReadOnlyAccess`);
      for (const name of ['people', 'machines']) {
        world.groups[name] ??= { name, id: uniqueId(world, 'AGPA'), attached: [] };
        user.groups.push(name);
      }
    },
  };
}
