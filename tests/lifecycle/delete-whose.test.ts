import { describe, expect, test, vi } from 'vitest';
import {
  CONSOLE_ROLE,
  INSTANCE_POLICY,
  NODE_ROLE,
  SECRET,
  USER,
  USER_POLICY,
  useAccount,
} from '../support/account.ts';
import { deleteEvent, updateEvent } from '../support/memory-aws/events.ts';
import { invoke } from '../support/memory-aws/invoke.ts';
import { removed, settled, soon, updated } from './journey.ts';

const account = useAccount();
const OFF = { DeletionProtection: 'Off' };

describe('only what the ledger gives to the id, and what carries the bundle’s tag, goes', () => {
  test('a stranger’s resources of the same names stay', async () => {
    account.aws.addForeignUser(USER);
    account.aws.addAccessKeyByHand(USER);
    account.aws.addForeignRole(NODE_ROLE, {
      'rv-access:bundle': 'rv-access/other/Bundle/0123456789abcdef',
    });
    account.aws.addForeignInstanceProfile(NODE_ROLE, [NODE_ROLE]);
    account.aws.addForeignPolicy('RedisLabsInstanceRolePolicy');
    account.aws.addForeignSecret(SECRET);
    const before = account.aws.snapshot();
    const { answer } = await account.create();
    expect(answer.Status).toBe('FAILED');
    const { answer: deleted, writes } = await account.delete();
    expect([deleted.Status, writes]).toEqual(['SUCCESS', []]);
    expect(account.aws.snapshot()).toEqual(before);
  });

  test.each([
    ['user', USER, USER_POLICY],
    ['role', CONSOLE_ROLE, USER_POLICY],
    ['role', NODE_ROLE, INSTANCE_POLICY],
  ])('a %s (%s) whose tag somebody took away stays, and the rest goes', async (kind, name, policy) => {
    await account.create(OFF);
    const entity = () => (kind === 'user' ? account.aws.users : account.aws.roles)[name];
    Object.assign(entity() ?? {}, { tags: {} });
    const before = structuredClone(entity());
    account.aws.addForeignRole('theirs').attached.push(policy);
    const { answer, log } = await account.delete();
    expect(answer.Status).toBe('FAILED');
    for (const holder of [`${kind} "${name}"`, 'role "theirs"'])
      expect(answer.Reason).toContain(`attached to the ${holder}, which is not this bundle's`);
    expect(log).toContain(`The ${kind} \\"${name}\\" does not carry this bundle's tag; it was left alone.`);
    expect(account.entities().sort()).toEqual(
      [`${kind} ${name}`, 'role theirs', `policy ${policy.split('/').pop()}`].sort(),
    );
    expect(entity()).toEqual(before);
  });

  test('a policy that somebody uses as a boundary stays, and the rest goes once it is none any more', async () => {
    await account.create(OFF);
    const theirs = account.aws.addForeignRole('theirs');
    theirs.boundaryArn = USER_POLICY;
    const { answer } = await account.delete();
    expect(answer.Reason).toContain(
      'it is attached to the role "theirs", which is not this bundle\'s: detach it there, ' +
        'or take it off as its permissions boundary',
    );
    expect(account.entities().sort()).toEqual(['policy RedislabsIAMUserRestrictedPolicy', 'role theirs']);
    delete theirs.boundaryArn;
    expect((await account.delete()).answer.Status).toBe('SUCCESS');
    expect(account.entities()).toEqual(['role theirs']);
  });

  test('after a replacement, the Delete of the old id leaves what the new one has', async () => {
    await account.create(OFF);
    const old = { id: account.id, properties: account.properties };
    await account.update({ UserName: 'redis-cloud-user' });
    const { answer } = await account.send(deleteEvent(old.id, old.properties));
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: old.id });
    const owners = [...Object.values(account.aws.users), ...Object.values(account.aws.roles)];
    expect(owners.map(({ name }) => name)).toEqual(['redis-cloud-user', NODE_ROLE, CONSOLE_ROLE]);
    expect(account.aws.users['redis-cloud-user']?.attached).toEqual([USER_POLICY]);
  });

  test('after a policy was replaced, nothing holds the old one any more, and its Delete takes no other', async () => {
    await account.create(OFF);
    const old = { id: account.id, properties: account.properties };
    await account.update({ UserPolicyName: 'RedisMay' });
    expect((await account.send(deleteEvent(old.id, old.properties))).answer.Status).toBe('SUCCESS');
    expect(account.aws.policies).not.toHaveProperty([USER_POLICY]);
    const attached = [account.user(), account.aws.roles[CONSOLE_ROLE]].map((holder) => holder?.attached);
    expect(attached.flat().map((arn) => arn?.split('/').pop())).toEqual(['RedisMay', 'RedisMay']);
  });
});

test('a Delete that comes a second time leaves what a later Create has made', async () => {
  await account.create(OFF);
  const end = deleteEvent(account.id, OFF);
  await account.send(end);
  vi.advanceTimersByTime(60_000);
  await account.create(OFF);
  const before = account.aws.snapshot();
  const { answer, writes } = await account.send(end);
  expect([answer.Status, writes]).toEqual(['SUCCESS', []]);
  expect(account.aws.snapshot()).toEqual(before);
});

describe('protection', () => {
  const day = 86_400_000;
  const use = (service: string, ago: number) => {
    const [key] = account.user().accessKeys;
    if (key) key.lastUsed = { at: Date.now() - ago, service };
  };

  test('refuses while a key was used within a day, and says which, for what and how to override', async () => {
    await account.create();
    use('ec2', day - 1000);
    const before = account.aws.snapshot();
    const { answer, writes } = await account.delete();
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain(
      `access key ${account.content()?.accessKeyId} (for ec2 in us-east-1, 2026-`,
    );
    expect(answer.Reason).toContain('Nothing was deleted');
    expect(answer.Reason).toContain(
      `put the tag rv-access:delete=anyway on the user (aws iam tag-user --user-name ${USER} --tags Key=rv-access:delete,Value=anyway), ` +
        'then delete the stack again.',
    );
    expect([writes, account.aws.snapshot()]).toEqual([[], before]);
  });

  test('names the instance role as the place for the tag where somebody has deleted the user', async () => {
    await account.create();
    account.aws.users = {};
    const role = account.aws.roles[NODE_ROLE];
    Object.assign(role ?? {}, { lastUsed: Date.now() - 1000 });
    const { answer } = await account.delete();
    expect(answer.Reason).toContain(
      `on the instance role (aws iam tag-role --role-name ${NODE_ROLE} --tags Key=rv-access:delete,Value=anyway)`,
    );
    Object.assign(role?.tags ?? {}, { 'rv-access:delete': 'anyway' });
    expect((await account.delete()).answer.Status).toBe('SUCCESS');
    expect(account.entities()).toEqual([]);
  });

  test('refuses while nodes run under the instance role', async () => {
    await account.create();
    Object.assign(account.aws.roles[NODE_ROLE] ?? {}, { lastUsed: Date.now() - 1000 });
    const { answer, writes } = await account.delete();
    expect(answer.Reason).toContain(`the instance role ${NODE_ROLE} (by running nodes, 2026-`);
    expect(writes).toEqual([]);
  });

  test.each([
    ['the last use is more than a day ago', 'ec2', day + 1000, {}],
    ['only the bundle’s own probe has used the key', 'sts', 0, {}],
    ['it is off', 'ec2', 0, OFF],
  ])('does not refuse when %s', async (_when, service, ago, properties) => {
    await account.create(properties);
    use(service, ago);
    expect((await account.delete()).answer.Status).toBe('SUCCESS');
    expect(account.entities()).toEqual([]);
  });

  describe('has a way out', () => {
    const inUse = async () => {
      await account.create();
      use('ec2', 0);
      Object.assign(account.aws.roles[NODE_ROLE] ?? {}, { lastUsed: Date.now() });
      expect((await account.delete()).answer.Status).toBe('FAILED');
    };

    test.each([
      ['rv-access:delete', 'anyway', 'SUCCESS'],
      ['RV-Access:Delete', 'anyway', 'SUCCESS'],
      ['rv-access:delete', 'yes', 'FAILED'],
    ])('by the tag %s=%s on the user: %s', async (key, value, status) => {
      await inUse();
      account.user().tags[key] = value;
      expect((await account.delete()).answer.Status).toBe(status);
      expect(account.entities()).toHaveLength(status === 'SUCCESS' ? 0 : 7);
    });

    test('not by the tag on the instance role while there is a user', async () => {
      await inUse();
      Object.assign(account.aws.roles[NODE_ROLE]?.tags ?? {}, { 'rv-access:delete': 'anyway' });
      expect((await account.delete()).answer.Status).toBe('FAILED');
    });

    test('by the tag on the instance role if there is no user any more', async () => {
      await inUse();
      account.aws.users = {};
      Object.assign(account.aws.roles[NODE_ROLE]?.tags ?? {}, { 'rv-access:delete': 'anyway' });
      expect((await account.delete()).answer.Status).toBe('SUCCESS');
      expect(account.entities()).toEqual([]);
    });
  });
});

test('the clean-up of a rename leaves what the next one has begun and not ended', async () => {
  const first = await settled(account);
  const second = await updated(account, { UserName: 'redis-user-2' });
  account.fail('CreateAccessKey', 'crashBefore');
  account.fail('UpdateSecretVersionStage', 'crashBefore');
  const third = { ...second.properties, UserName: 'redis-user-3' };
  await invoke(account.place, updateEvent(second.id, third, second.properties));
  expect(account.entities()).toContain('user redis-user-3');
  soon(60_000);
  await removed(account, first);
  expect(account.entities()).toContain('user redis-user-3');
  expect(account.entities()).not.toContain(`user ${USER}`);
});
