import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CONSOLE_ROLE, useAccount } from '../support/account.ts';
import { createEvent, deleteEvent, STACK_ID, updateEvent } from '../support/memory-aws/events.ts';
import { sendCheck } from './checking.ts';
import { expectSuccess, settled, soon, updated } from './journey.ts';

/**
 * What somebody can do who may invoke the function, and what he cannot: as docs/security/threat-model.md says. He knows
 * everything that can be read in the account, and no secret.
 */
const account = useAccount();
const REDIS = '168085023892';
const MINE = '666666666666';

beforeEach(() => {
  vi.stubEnv('STACK_ID', STACK_ID);
  vi.stubEnv('REDIS_ACCOUNT_ID', REDIS);
  const empty = ['SECRET_READER_ARNS', 'KMS_KEY_ARN', 'REPLICA_REGIONS', 'PERMISSIONS_BOUNDARY_ARN'];
  for (const name of [...empty, 'FURTHER_BUNDLES_PREFIX']) vi.stubEnv(name, '');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

test('can delete the bundle, protected or not: what is deleted lets nobody in', async () => {
  const { id } = await settled(account, { DeletionProtection: 'WhenInUse' });
  expectSuccess((await account.send(deleteEvent(id, { DeletionProtection: 'Off' }))).answer);
  expect(account.entities()).toEqual([]);
});

test('can let Redis in again while access is suspended, and by the ways that ConsoleAccess names, but nobody else', async () => {
  const { id } = await settled(account, { ConsoleAccess: 'None' });
  const suspended = await updated(account, { Access: 'Suspended' });
  const forged = { ...suspended.properties, Access: 'Active', ConsoleAccess: 'Role' };
  expectSuccess((await account.send(updateEvent(id, forged, suspended.properties))).answer);
  expect(account.user().accessKeys.map(({ active }) => active)).toEqual([true]);
  expect(account.aws.roles[CONSOLE_ROLE]?.trust).toContain(`:iam::${REDIS}:root`);
});

test('can use up the serial, so that raising it rotates no more; the rotation by Secrets Manager goes on', async () => {
  const { id, properties } = await settled(account);
  const forged = { ...properties, AccessKeySerial: 999_999_999 };
  expectSuccess((await account.send(updateEvent(id, forged, properties))).answer);
  soon();
  const key = account.content()?.accessKeyId;
  const { answer } = await account.update({ AccessKeySerial: 2 });
  expectSuccess(answer);
  expect(account.content()?.accessKeyId).toBe(key);
  expect(answer.Data?.Warnings).toContain('AccessKeySerial was lowered');
});

/** Somebody writes into the ledger's table. */
const sayInForce = (properties: Record<string, unknown>) => {
  for (const items of Object.values(account.aws.ledger))
    for (const item of Object.values(items)) {
      const state = JSON.parse(item.state?.S ?? '');
      Object.assign(state.inForce.properties, properties);
      item.state = { S: JSON.stringify(state) };
    }
};

test.each([
  { RedisAccountId: MINE },
  { UserPolicyDocument: '{"Statement":[]}' },
  { SecretReaderArns: `arn:aws:iam::${MINE}:root`, KmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/1' },
])(
  'a repair, of the daily check too, does not bring about what the ledger says and the template does not: %o',
  async (more) => {
    await settled(account, { DailyCheck: 'Repair' });
    sayInForce(more);
    soon(60_000);
    const before = account.aws.snapshot();
    const { repair, writes, drift } = await sendCheck(account);
    expect([drift.length > 0, writes]).toEqual([true, []]);
    expect(repair).toContain('Change the parameter of that stack instead. Nothing was changed.');
    expect(account.aws.snapshot().users).toEqual(before.users);
  },
);

test('whoever has the ledger’s table in his hands alone can have the stack’s Delete succeed and leave everything', async () => {
  await settled(account, { DeletionProtection: 'Off' });
  const before = account.entities();
  for (const items of Object.values(account.aws.ledger))
    for (const item of Object.values(items))
      item.state = { S: JSON.stringify({ ...JSON.parse(item.state?.S ?? ''), owners: {} }) };
  soon(60_000);
  expectSuccess((await account.delete()).answer);
  expect(account.entities()).toEqual(before);
});

test('with the ledger’s table in his hands, too, can say who is let in: what is in force is believed', async () => {
  const { id, properties } = await settled(account);
  sayInForce({ RedisAccountId: MINE });
  const forged = { ...properties, RedisAccountId: MINE };
  expectSuccess((await account.send(updateEvent(id, forged, properties))).answer);
  expect(account.aws.roles[CONSOLE_ROLE]?.trust).toContain(MINE);
});

test('cannot take the bundle for another stack’s, not even with Adopt, and say there who is let in', async () => {
  await settled(account);
  const before = account.aws.snapshot();
  const event = createEvent({ ExistingEntities: 'Adopt', RedisAccountId: MINE });
  const theirs = { ...event, StackId: STACK_ID.replace('redis-access', 'evil') };
  const { answer, writes } = await account.send(theirs);
  expect([answer.Status, writes]).toEqual(['FAILED', []]);
  expect(account.aws.snapshot()).toEqual(before);
});

test('cannot delete the bundle and make its names anew for another stack, with a policy and trust of his own', async () => {
  const { id } = await settled(account);
  expectSuccess((await account.send(deleteEvent(id, { DeletionProtection: 'Off' }))).answer);
  const everything = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
  for (const prefix of ['', 'team-']) {
    vi.stubEnv('FURTHER_BUNDLES_PREFIX', prefix);
    const event = createEvent({ UserPolicyDocument: everything, RedisAccountId: MINE });
    const theirs = { ...event, StackId: STACK_ID.replace('redis-access', 'evil') };
    const { answer, writes } = await account.send(theirs);
    expect([answer.Status, writes]).toEqual(['FAILED', []]);
    expect(answer.Reason).toContain('RedisAccountId "666666666666" is not what the template');
    expect(answer.Reason).toContain('UserPolicyDocument is taken from bundles of other stacks only');
  }
  expect(account.entities()).toEqual([]);
});

test.each(['Bundle/x', 'bundle', '__proto__', 'x'.repeat(5000)])(
  'cannot take it for another resource of its own stack (%s)',
  async (LogicalResourceId) => {
    await settled(account);
    const before = account.aws.snapshot();
    const event = { ...createEvent({ ExistingEntities: 'Adopt' }), LogicalResourceId };
    expect((await account.send(event)).answer.Status).toBe('FAILED');
    expect(account.aws.snapshot()).toEqual(before);
  },
);

test.each(['__proto__', 'constructor', 'toString'])(
  'gets nowhere with the words of JavaScript’s own: %s',
  async (word) => {
    const { id, properties } = await settled(account);
    const forged = updateEvent(id, properties, properties);
    forged.ResourceProperties = JSON.parse(`{"${word}":{"RedisAccountId":"${MINE}"},"Tags":"a=b"}`);
    expect((await account.send(forged)).answer.Reason).toContain(`"${word}" is not a property`);
    const tagged = updateEvent(id, { ...properties, Tags: `${word}=x` }, properties);
    expectSuccess((await account.send(tagged)).answer);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).RedisAccountId).toBeUndefined();
  },
);

test('a bundle with a prefix can be made of what is there: a role of that name, with all that it may do, trusts whom the event says', async () => {
  vi.stubEnv('FURTHER_BUNDLES_PREFIX', 'team-');
  account.aws.addForeignRole('team-administrator', {});
  const role = account.aws.roles['team-administrator'];
  role?.attached.push('arn:aws:iam::aws:policy/AdministratorAccess');
  const names = {
    UserName: 'team-user',
    UserPolicyName: 'team-user-policy',
    InstancePolicyName: 'team-node-policy',
    InstanceRoleName: 'team-node',
    ConsoleRoleName: 'team-administrator',
  };
  const event = createEvent({ ...names, ExistingEntities: 'Adopt', RedisAccountId: MINE });
  const theirs = { ...event, StackId: STACK_ID.replace('redis-access', 'evil') };
  expectSuccess((await account.send(theirs)).answer);
  expect(role?.trust).toContain(MINE);
  expect(role?.attached).toContain('arn:aws:iam::aws:policy/AdministratorAccess');
});
