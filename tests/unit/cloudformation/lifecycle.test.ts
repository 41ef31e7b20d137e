import { describe, expect, test } from 'vitest';
import { namesOwnedBy } from '../../faults/ledger.ts';
import { CONSOLE_ROLE, NODE_ROLE, SECRET, USER, useAccount } from '../../support/account.ts';
import { createEvent, deleteEvent, updateEvent } from '../../support/memory-aws/events.ts';

const account = useAccount();
const OFF = { DeletionProtection: 'Off' };
const RENAME = { UserName: 'other' };
/** All that matters of the account: times of use aside. */
function state() {
  const { users, roles, policies, instanceProfiles, secrets } = account.aws.snapshot();
  const live = Object.values(secrets).filter(({ deletion }) => !deletion);
  return {
    users,
    roles,
    policies,
    instanceProfiles,
    secrets: live.map(({ name, versions, tags }) => ({
      name,
      versions,
      bundle: tags['rv-access:bundle'],
    })),
  };
}

describe('a replacement', () => {
  test('transfers what keeps its name, and makes the rest', async () => {
    await account.create(OFF);
    const old = account.id;
    const { answer, writes } = await account.update(RENAME);
    expect(answer.Status).toBe('SUCCESS');
    expect(answer.PhysicalResourceId).not.toBe(old);
    expect(writes.filter((action) => /^Create|^Delete/.test(action)).sort()).toEqual([
      'CreateAccessKey',
      'CreateLoginProfile',
      'CreateSecret',
      'CreateUser',
    ]);
    expect(namesOwnedBy(account.aws, old).sort()).toEqual([`secret ${SECRET}`, `user ${USER}`]);
    expect(namesOwnedBy(account.aws, account.id)).toEqual(
      expect.arrayContaining(['user other', `role ${NODE_ROLE}`]),
    );
  });

  test('of the secret’s name takes the credentials along', async () => {
    await account.create(OFF);
    const { accessKeyId, consolePassword } = account.content() ?? {};
    const { answer, writes } = await account.update({ SecretName: 'elsewhere' });
    expect(answer).toMatchObject({
      Status: 'SUCCESS',
      Data: { AccessKeyId: accessKeyId, SecretName: 'elsewhere' },
    });
    expect(writes).not.toContain('CreateAccessKey');
    const [value] = Object.values(account.secret('elsewhere').versions).filter(({ stages }) =>
      stages.includes('AWSCURRENT'),
    );
    expect(JSON.parse(value?.value ?? '')).toMatchObject({ accessKeyId, consolePassword });
    expect(account.user().loginProfile?.password).toBe(consolePassword);
  });

  test.each([
    ['CreateUser', 'explicitDeny'],
    ['CreateSecret', 'explicitDeny'],
    ['AttachUserPolicy', 'explicitDeny'],
    ['CreateAccessKey', 'explicitDeny'],
    ['PutSecretValue', 'explicitDeny'],
    ['CreateLoginProfile', 'explicitDeny'],
  ] as const)(
    'that fails at %s is taken back by the same run: everything is as before, under the old id',
    async (action, fault) => {
      await account.create(OFF);
      const before = state();
      const old = account.id;
      account.fail(action, fault);
      const { answer } = await account.update(RENAME);
      expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: old });
      expect(answer.Reason).toContain(action);
      expect(state()).toEqual(before);
    },
  );

  test('that fails for what is in the way leaves that alone', async () => {
    await account.create(OFF);
    account.aws.addForeignUser('other', { Theirs: 'yes' });
    const before = state();
    expect((await account.update(RENAME)).answer.Status).toBe('FAILED');
    expect(state()).toEqual(before);
  });

  test('whose clean-up fails too says why the Update failed, and the log says the rest', async () => {
    await account.create(OFF);
    account.fail('CreateAccessKey', 'explicitDeny');
    account.fail('DeleteUser', 'explicitDeny');
    const { answer, log } = await account.update(RENAME);
    expect(answer.Reason).toContain('CreateAccessKey for "other" failed');
    expect(log).toContain('"compensation":"Not everything could be removed. Left: user \\"other\\"');
  });

  test('that is rolled back after it succeeded gives everything back, and the Delete of its id takes the rest', async () => {
    await account.create(OFF);
    const before = state();
    const old = { id: account.id, properties: account.properties };
    await account.update(RENAME);
    const replaced = { id: account.id, properties: account.properties };
    const back = await account.send(updateEvent(replaced.id, old.properties, replaced.properties));
    expect(back.answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: old.id });
    expect(back.writes).not.toContain('CreateAccessKey');
    expect((await account.send(deleteEvent(replaced.id, replaced.properties))).answer.Status).toBe('SUCCESS');
    expect(state()).toEqual(before);
  });
});

test('the reverse Update after a failed replacement removes what CloudFormation never learnt of', async () => {
  await account.create(OFF);
  const before = state();
  const replacement = { ...account.properties, ...RENAME };
  const old = { id: account.id, properties: account.properties };
  await account.update(RENAME);
  expect(account.id).not.toBe(old.id);
  // CloudFormation holds the replacement's answer for lost: the reverse Update comes under the old id.
  const { answer } = await account.send(updateEvent(old.id, old.properties, replacement));
  expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: old.id });
  expect(state()).toEqual(before);
});

test('an Update in place that fails keeps its id, and the reverse Update brings everything back', async () => {
  await account.create({ ...OFF, Tags: 'Team=Data' });
  const before = state();
  account.fail('UpdateLoginProfile', 'explicitDeny');
  const change = { AccessKeySerial: 2, PasswordSerial: 2, Tags: 'Team=Ops', ConsoleAccess: 'User' };
  const { answer } = await account.update(change);
  expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: account.id });
  const reverse = updateEvent(account.id, account.properties, { ...account.properties, ...change });
  expect((await account.send(reverse)).answer.Status).toBe('SUCCESS');
  expect(account.aws.roles).toHaveProperty(CONSOLE_ROLE);
  expect(account.user().tags).toEqual(before.users[USER]?.tags);
  expect(state().users[USER]?.accessKeys).toEqual(before.users[USER]?.accessKeys);
  expect(account.user().loginProfile?.password).toBe(account.content()?.consolePassword);
});

test('a second bundle of the same names in another stack is refused, and its Delete does not hurt the first', async () => {
  await account.create(OFF);
  const before = account.aws.snapshot();
  const other = { ...createEvent(OFF), StackId: createEvent().StackId.replace('redis-access', 'second') };
  const { answer, writes } = await account.send(other);
  expect(answer.Status).toBe('FAILED');
  expect(answer.Reason).toContain('belong to the bundle of the stack "redis-access" in us-east-1');
  expect(writes).toEqual([]);
  const end = { ...deleteEvent(answer.PhysicalResourceId, OFF), StackId: other.StackId };
  expect((await account.send(end)).answer.Status).toBe('SUCCESS');
  expect(account.aws.snapshot()).toEqual(before);
});

test('attributes without a console role are empty, since each must exist', async () => {
  const { answer } = await account.create({ ConsoleAccess: 'None' });
  expect(answer.Data).toMatchObject({ ConsoleRoleName: '', ConsoleRoleArn: '', SecretName: SECRET });
  expect(Object.keys(answer.Data ?? {})).toHaveLength(22);
});

test('no answer, log line or attribute of a whole life shows a secret or the URL', async () => {
  const told: string[] = [];
  const events = [];
  for (const step of [
    await account.create(OFF),
    await account.update({ AccessKeySerial: 2, PasswordSerial: 2 }),
    await account.update(RENAME),
    await account.delete(),
  ]) {
    told.push(JSON.stringify(step.answer), step.log);
    events.push(step.invocation.event);
  }
  const text = told.join('\n');
  expect(account.aws.minted.length).toBeGreaterThan(4);
  for (const secret of account.aws.minted) expect(text).not.toContain(secret);
  for (const { ResponseURL } of events) expect(text).not.toContain(ResponseURL.split('X-Amz-Signature=')[1]);
});
