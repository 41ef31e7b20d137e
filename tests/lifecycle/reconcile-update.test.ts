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
import { createEvent, deleteEvent, updateEvent } from '../support/memory-aws/events.ts';

const account = useAccount();
const BOUNDARY = 'arn:aws:iam::aws:policy/PowerUserAccess';

test('an Update that changes nothing writes that it is at work and that it was carried out, and nothing else', async () => {
  await account.create();
  const { calls } = await account.update({});
  expect(calls.filter(({ mutating }) => mutating).map(({ action }) => action)).toEqual([
    'PutItem',
    'PutItem',
  ]);
});

describe('what somebody changed or deleted by hand is as it should be after an Update', () => {
  test.each([
    ['the user’s policy', () => account.user().attached.pop()],
    ['the role’s policy', () => account.aws.roles[NODE_ROLE]?.attached.pop()],
    ['the role in the profile', () => account.aws.instanceProfiles[NODE_ROLE]?.roles.pop()],
    ['the password', () => delete account.user().loginProfile],
    ['the console role', () => delete account.aws.roles[CONSOLE_ROLE]],
    ['a tag', () => delete account.user().tags.UsedBy],
    ['a tag of the secret', () => delete account.secret().tags.UsedBy],
    ['who may assume a role', () => Object.assign(account.aws.roles[CONSOLE_ROLE] ?? {}, { trust: '{}' })],
  ])('%s', async (_what, change) => {
    await account.create();
    const before = account.aws.snapshot();
    change();
    expect((await account.update({})).answer.Status).toBe('SUCCESS');
    const after = account.aws.snapshot();
    expect(after.users[USER]?.attached).toEqual(before.users[USER]?.attached);
    expect(after.users[USER]?.tags).toEqual(before.users[USER]?.tags);
    expect(after.users[USER]?.loginProfile?.password).toBe(account.content()?.consolePassword);
    expect(after.roles[NODE_ROLE]).toEqual(before.roles[NODE_ROLE]);
    expect(after.roles[CONSOLE_ROLE]?.trust).toBe(before.roles[CONSOLE_ROLE]?.trust);
    expect(after.roles[CONSOLE_ROLE]?.attached).toEqual([USER_POLICY]);
    expect(after.instanceProfiles).toEqual(before.instanceProfiles);
    expect(after.secrets[SECRET]?.tags.UsedBy).toBe('RedisLabs');
    expect(after.users[USER]?.accessKeys).toEqual(before.users[USER]?.accessKeys);
  });

  test('the whole user, who gets a new key', async () => {
    await account.create();
    const old = account.content()?.accessKeyId;
    delete account.aws.users[USER];
    expect((await account.update({})).answer.Status).toBe('SUCCESS');
    expect(account.content()?.accessKeyId).not.toBe(old);
    expect(account.user().accessKeys.map(({ id }) => id)).toEqual([account.content()?.accessKeyId]);
    expect(account.user().loginProfile?.password).toBe(account.content()?.consolePassword);
  });

  test('but an inactive key is left so, with a warning', async () => {
    await account.create();
    const [key] = account.user().accessKeys;
    if (key) key.active = false;
    const { answer, writes, log } = await account.update({});
    expect(answer).not.toHaveProperty('Reason');
    expect(answer).toMatchObject({
      Status: 'SUCCESS',
      Data: {
        Warnings: `The access key ${key?.id} was set inactive by somebody. It was left so; raise AccessKeySerial for a new one.`,
      },
    });
    expect(writes).toEqual([]);
    expect(log).toContain('was set inactive');
  });

  test('and a key made by hand is left, with a warning', async () => {
    await account.create();
    const { id } = account.aws.addAccessKeyByHand(USER);
    const { answer } = await account.update({});
    expect(answer.Status).toBe('SUCCESS');
    expect(answer.Data?.Warnings).toContain(
      `has access keys that this bundle did not make: ${id}. They were left.`,
    );
    expect(account.user().accessKeys).toHaveLength(2);
  });
});

describe('what a property had set is taken back when it is gone', () => {
  test.each([
    ['DeleteUserPermissionsBoundary', () => delete account.user().boundaryArn],
    ['DeleteRolePermissionsBoundary', () => delete account.aws.roles[NODE_ROLE]?.boundaryArn],
  ])('a boundary, also if it is gone by then (%s)', async (action, removeIt) => {
    await account.create({ PermissionsBoundaryArn: BOUNDARY });
    account.before(action, removeIt);
    const { answer, writes } = await account.update({ PermissionsBoundaryArn: null });
    expect(writes).toContain(action);
    expect(answer.Status).toBe('SUCCESS');
    expect([account.user(), ...Object.values(account.aws.roles)].map((entity) => entity.boundaryArn)).toEqual(
      [undefined, undefined, undefined],
    );
  });

  test('tags, and only those', async () => {
    await account.create({ Tags: 'Team=Data,Cost=1' });
    account.user().tags.Theirs = 'stays';
    await account.update({ Tags: 'Team=Ops' });
    expect(account.user().tags).toMatchObject({ Team: 'Ops', Theirs: 'stays' });
    const { users, roles, policies, instanceProfiles, secrets } = account.aws;
    for (const all of [users, roles, policies, instanceProfiles, secrets])
      for (const { tags } of Object.values<{ tags: Record<string, string> }>(all)) {
        expect(tags.Team).toBe('Ops');
        expect(tags).not.toHaveProperty('Cost');
      }
  });

  test('the permissions boundary of user and roles', async () => {
    const boundaries = () =>
      [USER, NODE_ROLE, CONSOLE_ROLE].map(
        (name) => (account.aws.users[name] ?? account.aws.roles[name])?.boundaryArn,
      );
    await account.create({ PermissionsBoundaryArn: BOUNDARY });
    expect(boundaries()).toEqual([BOUNDARY, BOUNDARY, BOUNDARY]);
    Object.assign(account.aws.roles[CONSOLE_ROLE] ?? {}, { boundaryArn: 'arn:theirs' });
    await account.update({ PermissionsBoundaryArn: null });
    expect(boundaries()).toEqual([undefined, undefined, 'arn:theirs']);
  });

  test('the console role, if it is ours', async () => {
    await account.create();
    await account.update({ ConsoleAccess: 'User' });
    expect(account.aws.roles).not.toHaveProperty(CONSOLE_ROLE);
    account.aws.addForeignRole(CONSOLE_ROLE);
    expect((await account.update({ ConsoleAccess: 'None' })).answer.Status).toBe('SUCCESS');
    expect(account.aws.roles).toHaveProperty(CONSOLE_ROLE);
  });
});

test('a policy is replaced in force, eight times in a row', async () => {
  await account.create();
  for (let i = 1; i <= 8; i += 1) {
    const InstancePolicyDocument = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: `ec2:Describe${i}`, Resource: '*' }],
    };
    expect((await account.update({ InstancePolicyDocument })).answer.Status).toBe('SUCCESS');
    const policy = account.aws.policies[INSTANCE_POLICY];
    const inForce = policy?.versions.find(({ id }) => id === policy.defaultVersionId);
    expect(JSON.parse(inForce?.document ?? '')).toEqual(InstancePolicyDocument);
  }
  expect(account.aws.policies[INSTANCE_POLICY]?.versions).toHaveLength(5);
});

describe('a request that comes again', () => {
  test('at once finds nothing to do, also where it took something back', async () => {
    await account.create({ Tags: 'Team=Data,Cost=1', PermissionsBoundaryArn: BOUNDARY });
    const event = updateEvent(account.id, { AccessKeySerial: 2 }, account.properties);
    const first = await account.send(event);
    const again = await account.send(event);
    expect(again.answer).toEqual(first.answer);
    expect([first.answer.Status, again.writes]).toEqual(['SUCCESS', []]);
  });

  test('after later ones is not carried out, and answered as it was then', async () => {
    const first = await account.create();
    vi.advanceTimersByTime(1000);
    await account.update({ AccessKeySerial: 2, Tags: 'Team=Data' });
    const before = account.aws.snapshot();
    const { answer, calls } = await account.send(first.invocation.event);
    expect(answer).toEqual(first.answer);
    expect(calls.map(({ action }) => action)).toEqual(['GetItem']);
    expect(account.aws.snapshot()).toEqual(before);
  });

  test('after a later one, having never been carried out, fails and says so', async () => {
    await account.create();
    const late = updateEvent(account.id, { Tags: 'Team=Late' }, {});
    vi.advanceTimersByTime(1000);
    await account.update({ Tags: 'Team=Data' });
    const { answer, writes } = await account.send(late);
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain(
      'This request came after a later one for the same bundle had been carried out',
    );
    expect([writes, account.user().tags.Team]).toEqual([[], 'Data']);
  });

  test('after its bundle was deleted is answered again and makes nothing', async () => {
    const event = createEvent({ DeletionProtection: 'Off' });
    const { answer } = await account.send(event);
    vi.advanceTimersByTime(1000);
    await account.send(deleteEvent(answer.PhysicalResourceId, { DeletionProtection: 'Off' }));
    const again = await account.send(event);
    expect(again.answer).toEqual(answer);
    expect([again.writes, account.entities()]).toEqual([[], []]);
  });
});

test('a name that is free at every look and taken at every call fails the request in the end', async () => {
  account.aws.gate = async ({ action }) => {
    if (action === 'ListAccessKeys') delete account.aws.secrets[SECRET];
    if (action === 'CreateSecret') account.aws.addForeignSecret(SECRET);
  };
  const { answer } = await account.create();
  expect(answer.Status).toBe('FAILED');
  expect(answer.Reason).toBe(`The secret "${SECRET}" exists already. It keeps changing. Try again.`);
  expect(account.user().accessKeys).toEqual([]);
});
