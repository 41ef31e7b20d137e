import { describe, expect, test } from 'vitest';
import { DELETE_TAG } from '../../src/bundle/tags.ts';
import { NODE_ROLE, USER } from '../support/account.ts';
import type { Properties } from '../support/memory-aws/events.ts';
import { API_SECRET } from '../support/redis-cloud.ts';
import { NAME, useRegisteredAccount } from '../support/redis-cloud-account.ts';
import { expectIntact, expectSuccess, keyInService, known, soon, updated } from './journey.ts';

const account = useRegisteredAccount();
const { registered } = account;
const LEFT = [`secret ${API_SECRET}`];

/** A registered and protected bundle, an hour old, whose key Redis has used a moment ago. */
async function begin(properties: Properties = {}): Promise<void> {
  const { answer } = await account.create(registered(properties));
  expectSuccess(answer);
  soon(3_600_000);
  account.aws.useAccessKey(keyInService(account) ?? '');
  account.redis.asked.length = 0;
}

const inUse = () => account.redis.standIn.tasks.used.add(16_961);

describe('a Delete', () => {
  test('removes the cloud account before any credential dies', async () => {
    await begin();
    let whenRevoked: unknown = 'nothing was revoked';
    account.before('DeleteSecret', () => {
      whenRevoked = account.atRedis();
    });
    const { answer } = await account.delete();
    expectSuccess(answer);
    expect([whenRevoked, account.entities(), account.ledger()]).toEqual([undefined, LEFT, undefined]);
    expect(account.redis.writes()).toEqual(['DELETE /cloud-accounts/16961']);
  });

  test('is refused while subscriptions use the cloud account: nothing is touched, and it says what to do', async () => {
    await begin();
    inUse();
    const before = account.aws.snapshot();
    const { answer, writes } = await account.delete();
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain(`The cloud account "${NAME}" (id 16961)`);
    expect(answer.Reason).toContain('CLOUD_ACCOUNT_USED');
    expect(answer.Reason).toContain('delete its subscriptions at Redis Cloud first');
    expect(answer.Reason).toContain(
      `aws iam tag-user --user-name ${USER} --tags Key=${DELETE_TAG},Value=anyway`,
    );
    expect([writes, account.aws.snapshot()]).toEqual([[], before]);
    expect(account.atRedis()).toEqual({ name: NAME, status: 'active', key: keyInService(account) });
    expectIntact(account, known(account));

    soon();
    account.redis.standIn.tasks.used.clear();
    expectSuccess((await account.delete()).answer);
    expect([account.atRedis(), account.entities()]).toEqual([undefined, LEFT]);
  });

  test('that was refused is no end: an Update goes on with the same cloud account', async () => {
    await begin();
    inUse();
    await account.delete();
    soon();
    const after = await updated(account, { AccessKeySerial: 2 });
    expectIntact(account, after);
    expect(account.atRedis()).toEqual({ name: NAME, status: 'active', key: keyInService(account) });
  });

  test.each([
    ['the tag on the user', () => Object.assign(account.user().tags, { [DELETE_TAG]: 'anyway' }), {}],
    ['DeletionProtection=Off', () => {}, { DeletionProtection: 'Off' }],
  ])('leaves a cloud account in use behind with %s, and warns', async (_how, say, properties) => {
    await begin(properties);
    inUse();
    say();
    const { answer, log } = await account.delete();
    expectSuccess(answer);
    expect(log).toContain(
      `The cloud account \\"${NAME}\\" (id 16961) is left at Redis Cloud. Delete it there.`,
    );
    expect([account.atRedis()?.status, account.entities(), account.ledger()]).toEqual([
      'active',
      LEFT,
      undefined,
    ]);
  });

  test('is refused while nodes run under the instance role, before Redis is asked for anything', async () => {
    await begin();
    const role = account.aws.roles[NODE_ROLE];
    Object.assign(role ?? {}, { lastUsed: Date.now() });
    const { answer } = await account.delete();
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain(`the instance role ${NODE_ROLE}`);
    expect(account.redis.asked).toEqual([]);
  });

  test.each([
    [
      'out of reach',
      () => account.redis.standIn.fail('', 'drop before', 9999),
      'got no answer from Redis Cloud',
    ],
    ['broken', () => account.redis.standIn.fail('', '500', 9999), 'HTTP 500'],
    ['hanging', () => account.redis.standIn.fail('', 'hang before', 9999), 'got no answer from Redis Cloud'],
    [
      'closed to the key',
      () => {
        account.redis.standIn.switches.ownerKey = 'another';
      },
      'HTTP 401',
    ],
  ])('with Redis %s fails, and nothing is touched', async (_how, spoil, words) => {
    await begin();
    spoil();
    const { answer, writes } = await account.delete();
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain(words);
    expect(answer.Reason).toContain(`aws iam tag-user --user-name ${USER}`);
    expect(writes).toEqual([]);
  });

  test('with Redis out of reach and DeletionProtection=Off leaves the cloud account behind', async () => {
    await begin({ DeletionProtection: 'Off' });
    account.redis.standIn.fail('', 'drop before', 9999);
    const { answer, log } = await account.delete();
    expectSuccess(answer);
    expect(log).toContain('(id 16961) is left at Redis Cloud');
    expect(account.entities()).toEqual(LEFT);
  });

  test('with the API key gone fails, and the tag lets it go on', async () => {
    await begin();
    const secret = account.aws.secrets[API_SECRET];
    delete account.aws.secrets[API_SECRET];
    const { answer, writes } = await account.delete();
    expect(answer.Status).toBe('FAILED');
    expect(writes).toEqual([]);
    expect(answer.Reason).toContain(`aws iam tag-user --user-name ${USER}`);
    soon();
    Object.assign(account.user().tags, { [DELETE_TAG]: 'anyway' });
    expectSuccess((await account.delete()).answer);
    expect([account.entities(), secret === undefined]).toEqual([[], false]);
  });

  test('of a cloud account that somebody has deleted is done', async () => {
    await begin();
    account.redis.standIn.accounts.remove(Date.now(), 16_961);
    soon(10_000);
    expectSuccess((await account.delete()).answer);
    expect(account.entities()).toEqual(LEFT);
  });

  test('that came a second time says so again, and Redis is asked for nothing', async () => {
    await begin();
    await account.delete();
    account.redis.asked.length = 0;
    soon();
    expectSuccess((await account.delete()).answer);
    expect(account.redis.asked).toEqual([]);
  });

  test('of what has been released does not touch the cloud account', async () => {
    await begin();
    await updated(account, { RedisCloudApiSecretArn: null });
    expect((await account.delete()).answer.Reason).toContain(
      'Redis has used this access in the last 24 hours',
    );
    soon(200_000_000);
    const { answer, log } = await account.delete();
    expectSuccess(answer);
    expect([account.redis.asked, account.atRedis()?.status]).toEqual([[], 'active']);
    expect(log).toContain('(id 16961) was left at Redis Cloud before, and its credentials are deleted');
  });

  test('after the removed bundle the next one has a cloud account of its own', async () => {
    await begin();
    await account.delete();
    soon(60_000);
    expectSuccess((await account.create(registered())).answer);
    expect(account.atRedis()).toEqual({ name: NAME, status: 'active', key: keyInService(account) });
    expect(account.redis.accounts()[0]?.id).toBe(16_962);
  });
});
