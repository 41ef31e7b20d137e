import { UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { expect, test } from 'vitest';
import { furtherTest } from '../support/sample.ts';
import { useAccount } from './account.ts';
import { addAccessKey, deleteAccessKey } from './by-hand.ts';
import { expectedState } from './expected.ts';

const account = useAccount();
const USER = 'redislabs-user';
const SECRET = 'rv-access/redislabs-user';

/** The state that a rotated stack must have: a second key, which the secret names. */
function rotated(stack: Parameters<typeof expectedState>[0], previousAccessKeyId: string) {
  const state = expectedState(stack);
  const user = state.users[USER];
  if (user) user.keys = { ...user.keys, [previousAccessKeyId]: 'Active' };
  const secret = state.secrets[SECRET];
  if (secret) secret.current = { ...(secret.current as object), previousAccessKeyId };
  return state;
}

test('a rotation keeps the key before, and the next one deletes it', async () => {
  const here = account.in('us-east-1');
  await here.create();
  const first = await here.content();
  const id = here.physicalId();

  expect((await here.update({ AccessKeySerial: '2' })).status).toBe('UPDATE_COMPLETE');
  const second = await here.content();
  expect(second.accessKeyId).not.toBe(first.accessKeyId);
  expect(second.consolePassword).toBe(first.consolePassword);
  expect(await here.content('AWSPREVIOUS')).toEqual(first);
  expect(await here.state()).toEqual(rotated(here.stack(), first.accessKeyId));

  expect((await here.update({ AccessKeySerial: '3' })).status).toBe('UPDATE_COMPLETE');
  const third = await here.content();
  expect(await here.content('AWSPREVIOUS')).toEqual(second);
  expect(await here.state()).toEqual(rotated(here.stack(), second.accessKeyId));
  expect(here.physicalId()).toBe(id);
  const { callerOf } = here.clients;
  expect(await Promise.all([first, second, third].map(callerOf))).toEqual([
    'InvalidClientTokenId',
    here.stack().outputs.UserArn,
    here.stack().outputs.UserArn,
  ]);
});

furtherTest('an update between two rotations does not lose the key before', async () => {
  const here = account.in('us-east-1');
  await here.create();
  const first = await here.content();
  await here.update({ AccessKeySerial: '2' });
  const second = await here.content();
  await here.update({ PasswordSerial: '2', Tags: 'Team=data' });
  expect(await here.state()).toEqual(rotated(here.stack(), first.accessKeyId));
  await here.update({ AccessKeySerial: '3' });
  expect(await here.state()).toEqual(rotated(here.stack(), second.accessKeyId));
});

furtherTest('a password rotation stores and sets another password, and keeps the key', async () => {
  const here = account.in('us-east-1');
  await here.create();
  const before = await here.content();
  await account.aws.clearCalls();
  expect((await here.update({ PasswordSerial: '2' })).status).toBe('UPDATE_COMPLETE');
  const after = await here.content();
  expect(after.consolePassword).not.toBe(before.consolePassword);
  expect(after).toEqual({ ...before, consolePassword: after.consolePassword, passwordSerial: 2 });
  expect(await here.state()).toEqual(expectedState(here.stack()));
  // No call of IAM tells a password, so that it was set can only be seen here.
  const set = (await account.aws.calls()).filter(({ action }) => action === 'UpdateLoginProfile');
  expect(set.map(({ status }) => status)).toEqual([200]);
});

test('key and password are rotated in one update', async () => {
  const here = account.in('us-east-1');
  await here.create();
  const before = await here.content();
  await here.update({ PasswordSerial: '2', AccessKeySerial: '5' });
  const after = await here.content();
  expect(after.consolePassword).not.toBe(before.consolePassword);
  expect(await here.state()).toEqual(rotated(here.stack(), before.accessKeyId));
});

furtherTest('a rotation that is rolled back leaves the earlier key current, and makes no third', async () => {
  const here = account.in('us-east-1');
  await here.create();
  const before = await here.content();
  const result = await here.update({ AccessKeySerial: '2', PasswordSerial: '2' }, { failAfterBundle: true });
  expect(result.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  const newKeyId = result.answers[0]?.Data?.AccessKeyId ?? '';
  expect(result.answers.map(({ Data }) => Data?.AccessKeyId)).toEqual([newKeyId, before.accessKeyId]);
  expect(await here.content()).toMatchObject(before);
  const expected = expectedState(here.stack());
  const state = await here.state();
  expect(state.users[USER]?.keys).toEqual({ [before.accessKeyId]: 'Active', [newKeyId]: 'Active' });
  expect({ ...state, users: {}, secrets: {} }).toEqual({ ...expected, users: {}, secrets: {} });
  expect(await here.clients.callerOf(await here.content())).toBe(here.stack().outputs.UserArn);

  expect((await here.update({ AccessKeySerial: '3' })).status).toBe('UPDATE_COMPLETE');
  expect(await here.state()).toEqual(rotated(here.stack(), before.accessKeyId));
});

furtherTest(
  'a rotation whose key cannot be stored deletes that key, and leaves the old one current',
  async () => {
    const here = account.in('us-east-1');
    await here.create();
    const before = await here.state();
    const deny = 'identityPolicy' as const;
    await account.aws.addFault({ fault: 'accessDenied', action: 'PutSecretValue', deny });
    const result = await here.update({ AccessKeySerial: '2' });
    expect(result.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(result.answers[0]).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: here.physicalId(),
      Reason: expect.stringMatching(/PutSecretValue .*AccessDenied.*identity-based policy/),
    });
    expect(await here.state()).toEqual(before);
  },
);

furtherTest(
  'two active keys that others made refuse a rotation, which names them and deletes none',
  async () => {
    const here = account.in('us-east-1');
    await here.create();
    const { iam } = here.clients;
    await deleteAccessKey(iam, USER, (await here.content()).accessKeyId);
    const foreign = [await addAccessKey(iam, USER), await addAccessKey(iam, USER)];
    for (const accessKeyId of foreign) {
      await account.aws.setLastUsed({ accessKeyId, service: 's3', secondsAgo: 60 });
    }
    const before = await here.state();
    const result = await here.update({ AccessKeySerial: '2' });
    expect(result.answers[0]?.Status).toBe('FAILED');
    for (const id of foreign) expect(result.answers[0]?.Reason).toContain(id);
    expect(await here.state()).toEqual(before);
  },
);

furtherTest(
  'one key that others made blocks the second rotation only; until then it is left with a warning',
  async () => {
    const here = account.in('us-east-1');
    await here.create();
    const foreign = await addAccessKey(here.clients.iam, USER);
    await account.aws.setLastUsed({ accessKeyId: foreign, service: 's3', secondsAgo: 60 });
    const before = await here.state();
    const tagged = await here.update({ DeletionProtection: 'Off' });
    expect(tagged.answers[0]?.Status).toBe('SUCCESS');
    expect(tagged.outputs.Warnings).toContain(foreign);
    const refused = await here.update({ AccessKeySerial: '2' });
    expect(refused.answers[0]).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining(foreign) });
    expect(await here.state()).toEqual(before);
  },
);

furtherTest(
  'a key that somebody set inactive is left so, with a warning, and a rotation replaces it',
  async () => {
    const here = account.in('us-east-1');
    await here.create();
    const { accessKeyId: AccessKeyId } = await here.content();
    const inactive = { UserName: USER, AccessKeyId, Status: 'Inactive' as const };
    await here.clients.iam.send(new UpdateAccessKeyCommand(inactive));
    const before = await here.state();
    const updated = await here.update({ DeletionProtection: 'Off' });
    expect(updated.answers[0]?.Status).toBe('SUCCESS');
    expect(updated.outputs.Warnings).toContain(AccessKeyId);
    expect(updated.log.join('\n')).toContain('set inactive');
    expect(await here.state()).toEqual(before);

    expect((await here.update({ AccessKeySerial: '2' })).status).toBe('UPDATE_COMPLETE');
    const content = await here.content();
    expect(content.accessKeyId).not.toBe(AccessKeyId);
    expect((await here.state()).users[USER]?.keys).toEqual({
      [AccessKeyId]: 'Inactive',
      [content.accessKeyId]: 'Active',
    });
  },
);

test('success is told only once a key is usable, however long AWS takes to know it', async () => {
  const here = account.in('us-east-1');
  await account.aws.settings({ keyActivationSeconds: 1 });
  const result = await here.create();
  expect(result.status).toBe('CREATE_COMPLETE');
  expect(await here.clients.callerOf(await here.content())).toBe(result.outputs.UserArn);
});
