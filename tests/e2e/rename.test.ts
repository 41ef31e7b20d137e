import { expect, test } from 'vitest';
import { furtherTest, oneIn } from '../support/sample.ts';
import { useAccount } from './account.ts';
import { bundleTagOf, expectedState } from './expected.ts';

const account = useAccount();
const SECRET = 'rv-access/redislabs-user';
const NEW_NAMES = {
  InstanceRoleName: 'nodes',
  InstancePolicyName: 'nodes-may',
  UserName: 'redis-cloud',
  UserPolicyName: 'redis-may',
  ConsoleRoleName: 'operators',
};

/** The state without the secrets that are scheduled for deletion, as those of replaced bundles are. */
function inUse<State extends { secrets: Record<string, { scheduled: boolean }> }>(state: State): State {
  const kept = Object.entries(state.secrets).filter(([, { scheduled }]) => !scheduled);
  return { ...state, secrets: Object.fromEntries(kept) };
}

test('new names for everything replace the bundle, and the old one is cleaned up', async () => {
  const here = account.in('us-east-1');
  await here.create();
  const id = here.physicalId();
  const old = await here.content();
  const result = await here.update(NEW_NAMES);
  expect(result.status).toBe('UPDATE_COMPLETE');
  expect(here.physicalId()).not.toBe(id);
  expect(result.answers.map(({ Status }) => Status)).toEqual(['SUCCESS', 'SUCCESS']);
  expect(result.exchanges[1]?.event).toMatchObject({ RequestType: 'Delete', PhysicalResourceId: id });
  const state = await here.state();
  expect(inUse(state)).toEqual(expectedState(here.stack()));
  expect(state.secrets[SECRET]).toMatchObject({
    scheduled: true,
    tags: { 'rv-access:bundle': bundleTagOf(id) },
  });
  expect(await here.clients.callerOf(old)).toBe('InvalidClientTokenId');
  expect(await here.clients.callerOf(await here.content())).toBe(result.outputs.UserArn);
});

test.each(oneIn(5, Object.entries(NEW_NAMES)))(
  'a new %s alone replaces the bundle; the rest is handed over',
  async (property, name) => {
    const here = account.in('us-east-1');
    await here.create();
    const before = await here.content();
    const result = await here.update({ [property]: name });
    expect(result.status).toBe('UPDATE_COMPLETE');
    const expected = expectedState(here.stack());
    const policy = expected.policies.RedislabsIAMUserRestrictedPolicy;
    // The user policy names the instance role, so it gets another version with that.
    if (property === 'InstanceRoleName' && policy) policy.versions = ['v1', 'v2'];
    expect(inUse(await here.state())).toEqual(expected);
    const { accessKeyId } = await here.content();
    expect(accessKeyId === before.accessKeyId).toBe(property !== 'UserName');
  },
);

test('a new SecretName moves the credentials, which stay as they are', async () => {
  const here = account.in('us-east-1');
  await here.create();
  const before = await here.content();
  expect((await here.update({ SecretName: 'team/redis' })).status).toBe('UPDATE_COMPLETE');
  expect(await here.content()).toEqual(before);
  const state = await here.state();
  expect(state.secrets[SECRET]?.scheduled).toBe(true);
  expect(inUse(state)).toEqual(expectedState(here.stack()));
  expect(await here.clients.callerOf(before)).toBe(here.stack().outputs.UserArn);
});

furtherTest('a new SecretName after a rotation keeps the key before, too', async () => {
  const here = account.in('us-east-1');
  await here.create();
  const first = await here.content();
  await here.update({ AccessKeySerial: '2' });
  const second = await here.content();
  expect((await here.update({ SecretName: 'team/redis' })).status).toBe('UPDATE_COMPLETE');
  expect(await here.content()).toEqual({ ...second, previousAccessKeyId: first.accessKeyId });
  const keys = { [first.accessKeyId]: 'Active', [second.accessKeyId]: 'Active' };
  expect((await here.state()).users['redislabs-user']?.keys).toEqual(keys);
});

furtherTest(
  'a new UserName under a SecretName that stays brings a new key into the same secret',
  async () => {
    const here = account.in('us-east-1');
    await here.create({ SecretName: 'team/redis' });
    const before = await here.content();
    const { SecretArn } = here.stack().outputs;
    const result = await here.update({ UserName: 'redis-cloud' });
    expect(result.status).toBe('UPDATE_COMPLETE');
    expect(result.outputs.SecretArn).toBe(SecretArn);
    const after = await here.content();
    expect(after.accessKeyId).not.toBe(before.accessKeyId);
    expect(after.consoleUsername).toBe('redis-cloud');
    expect(after.consolePassword).not.toBe(before.consolePassword);
    expect(await here.state()).toEqual(expectedState(here.stack()));
    expect(await here.clients.callerOf(after)).toBe(result.outputs.UserArn);
  },
);

const RENAMES: [string, Record<string, string>][] = [
  ['all names', NEW_NAMES],
  ['the user', { UserName: 'redis-cloud' }],
  ['a policy', { UserPolicyName: 'redis-may' }],
  ['the secret', { SecretName: 'team/redis' }],
];

test.each(oneIn(RENAMES.length, RENAMES))(
  'a rename of %s that is rolled back gives everything back, with the key it had',
  async (_, names) => {
    const here = account.in('us-east-1');
    await here.create();
    const before = await here.state();
    const id = here.physicalId();
    const result = await here.update(names, { failAfterBundle: true });
    expect(result.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(here.physicalId()).toBe(id);
    expect(inUse(await here.state())).toEqual(before);
    expect(result.answers.map(({ Status }) => Status)).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS']);
  },
);

const REFUSED: [string, Record<string, string>][] = [
  ['CreateAccessKey', { UserName: 'redis-cloud' }],
  ['CreateUser', { UserName: 'redis-cloud' }],
  ['CreateSecret', NEW_NAMES],
];

test.each(oneIn(REFUSED.length, REFUSED))(
  'a rename that fails at %s answers the old id, and nothing of it is left',
  async (action, names) => {
    const here = account.in('us-east-1');
    await here.create();
    const before = await here.state();
    const id = here.physicalId();
    const deny = 'serviceControlPolicy' as const;
    await account.aws.addFault({ fault: 'accessDenied', action, deny, times: 'always' });
    const result = await here.update(names);
    expect(result.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(result.answers[0]).toMatchObject({ Status: 'FAILED', PhysicalResourceId: id });
    expect(result.answers[0]?.Reason).toContain(action);
    expect(inUse(await here.state())).toEqual(before);
  },
);
