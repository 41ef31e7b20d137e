import { describe, expect, test } from 'vitest';
import { namesOwnedBy } from '../faults/ledger.ts';
import { NODE_ROLE, SECRET, USER, useAccount } from '../support/account.ts';

const account = useAccount();
const OFF = { DeletionProtection: 'Off' };
const OTHER_STACK = 'arn:aws:cloudformation:eu-west-1:123456789012:stack/other-stack/1';
const OTHER_BUNDLE = 'rv-access/other-stack/Bundle/0123456789abcdef';
const OTHER = { 'rv-access:bundle': OTHER_BUNDLE, 'rv-access:stack': OTHER_STACK };

test('what an earlier life of the same resource has left is its own, under whatever names that was', async () => {
  await account.create(OFF);
  account.fail('DeleteRole', 'explicitDeny', 2);
  expect((await account.delete()).answer.Status).toBe('FAILED');
  expect(account.aws.roles).toHaveProperty(NODE_ROLE);
  expect((await account.create({ ...OFF, UserName: 'other' })).answer.Status).toBe('SUCCESS');
  expect(namesOwnedBy(account.aws, account.id)).toContain(`role ${NODE_ROLE}`);
});

test('tags name the resource of the stack and not the generation: a rename rewrites none of them', async () => {
  await account.create(OFF);
  const tag = account.user().tags['rv-access:bundle'] ?? '';
  expect(tag).toMatch(/^rv-access\/redis-access\/Bundle\/[0-9a-f]{16}$/);
  expect(account.id).toMatch(new RegExp(`^${tag}-[0-9a-f]{16}$`));
  const { writes } = await account.update({ UserName: 'other' });
  expect(writes.filter((action) => /^Tag|^Untag/.test(action))).toEqual([]);
  expect(account.user('other').tags['rv-access:bundle']).toBe(tag);
});

describe('names that are taken are told', () => {
  test('as the tag says it, if that is no tag that a bundle gives', async () => {
    account.aws.addForeignUser(USER, { 'rv-access:bundle': 'mine' });
    expect((await account.create()).answer.Reason).toBe(
      `The user "${USER}" exists already and belongs to the bundle of the stack "mine"; nothing was touched. ` +
        'Choose other names, or delete that stack.',
    );
  });

  test('in one sentence for all that nobody’s bundle owns, and in one for each other bundle', async () => {
    account.aws.addForeignRole(NODE_ROLE);
    account.aws.addForeignSecret(SECRET);
    account.aws.addForeignUser(USER, OTHER);
    account.aws.addForeignPolicy('RedisLabsInstanceRolePolicy', OTHER);
    const { answer, writes } = await account.create();
    expect(answer.Reason).toBe(
      `The policy "RedisLabsInstanceRolePolicy" and user "${USER}" exist already and belong to the bundle of the stack ` +
        '"other-stack" in eu-west-1; nothing was touched. Choose other names, or delete that stack. ' +
        `The role "${NODE_ROLE}" and secret "${SECRET}" exist already and were not made by this bundle; nothing was touched. ` +
        'Choose other names, delete them, or set ExistingEntities to Adopt to take them over.',
    );
    expect(writes).toEqual([]);
  });
});

test('an instance profile that another role fills is in the way before the first write', async () => {
  await account.create();
  account.aws.addForeignRole('theirs');
  const profile = account.aws.instanceProfiles[NODE_ROLE];
  if (profile) profile.roles = ['theirs'];
  const { answer, writes } = await account.update({ Tags: 'Team=Data' });
  expect(answer.Reason).toContain(`The instance profile "${NODE_ROLE}" holds the role "theirs"`);
  expect(writes).toEqual([]);
});

describe('the bundle of another stack', () => {
  /** As `delete-stack --retain-resources` leaves it: everything is there, with the tags of a stack that is gone. */
  const retained = async (): Promise<void> => {
    await account.create(OFF);
    account.aws.ledger = { ledger: {} };
    const { users, roles, policies, instanceProfiles, secrets } = account.aws;
    for (const all of [users, roles, policies, instanceProfiles, secrets])
      for (const { tags } of Object.values<{ tags: Record<string, string> }>(all)) Object.assign(tags, OTHER);
  };
  const ADOPT = { ...OFF, ExistingEntities: 'Adopt' };

  test('is not adopted by the word Adopt alone, and the way to release it is told', async () => {
    await retained();
    const before = account.aws.snapshot();
    const { answer, writes } = await account.create(ADOPT);
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain(
      'belong to the bundle of the stack "other-stack" in eu-west-1; nothing was touched.',
    );
    expect(answer.Reason).toContain(
      'If that stack is gone, put the tag rv-access:release=yes on its user and try again.',
    );
    expect([writes, account.aws.snapshot()]).toEqual([[], before]);
  });

  test.each(['rv-access:release', 'RV-Access:Release'])(
    'is adopted when a person has released it with the tag %s, which comes off',
    async (tag) => {
      await retained();
      account.user().tags[tag] = 'yes';
      expect((await account.create(ADOPT)).answer.Status).toBe('SUCCESS');
      expect(Object.keys(account.user().tags).map((key) => key.toLowerCase())).not.toContain(
        'rv-access:release',
      );
      expect(account.user().tags['rv-access:bundle']).toMatch(/^rv-access\/redis-access\//);
      expect(namesOwnedBy(account.aws, account.id)).toHaveLength(7);
      expect((await account.update({})).writes).toEqual([]);
    },
  );

  test('is not adopted without Adopt, though a person has released it', async () => {
    await retained();
    account.user().tags['rv-access:release'] = 'yes';
    expect((await account.create(OFF)).answer.Reason).toContain(
      'belong to the bundle of the stack "other-stack"',
    );
  });

  test('is not adopted by another word than yes', async () => {
    await retained();
    account.user().tags['rv-access:release'] = 'no';
    expect((await account.create(ADOPT)).answer.Status).toBe('FAILED');
  });
});

describe('names that differ only in case', () => {
  test.each([
    [
      { InstanceRoleName: 'redis', ConsoleRoleName: 'Redis' },
      'InstanceRoleName and ConsoleRoleName are both "redis"',
    ],
    [
      { InstancePolicyName: 'redis', UserPolicyName: 'REDIS' },
      'InstancePolicyName and UserPolicyName are both "redis"',
    ],
  ])('are one name to IAM: %j is refused before anything is read', async (names, words) => {
    const { answer, calls } = await account.create(names);
    expect(answer.Reason).toContain(words);
    expect(calls).toEqual([]);
  });

  test.each([
    [
      { UserName: 'RedisLabs-User', SecretName: SECRET },
      'user "RedisLabs-User" differs from "redislabs-user"',
    ],
    [{ InstanceRoleName: 'RedisLabs-Cluster-Node-Role' }, 'role "RedisLabs-Cluster-Node-Role" differs from'],
    [{ ConsoleRoleName: 'RedisLabs-Role' }, 'role "RedisLabs-Role" differs from "redislabs-role"'],
    [
      { UserPolicyName: 'redislabsiamuserrestrictedpolicy' },
      'policy "redislabsiamuserrestrictedpolicy" differs from',
    ],
  ])('a rename that changes nothing else is refused in words: %j', async (names, words) => {
    await account.create(OFF);
    const before = account.aws.snapshot();
    const { answer, writes } = await account.update(names);
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: account.id });
    expect(answer.Reason).toContain(words);
    expect(answer.Reason).toContain(
      'of this bundle only in case, and IAM takes both for one name. Nothing was changed.',
    );
    expect([writes, account.aws.snapshot()]).toEqual([[], before]);
  });

  test('a secret is another one then, and may be renamed so', async () => {
    await account.create(OFF);
    expect((await account.update({ SecretName: SECRET.toUpperCase() })).answer.Status).toBe('SUCCESS');
  });
});
