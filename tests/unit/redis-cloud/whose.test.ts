import { describe, expect, test } from 'vitest';
import { findCloudAccount } from '../../../src/redis-cloud/cloud-account.ts';
import { register } from '../../../src/redis-cloud/register.ts';
import { findNameTaken } from '../../../src/redis-cloud/whose.ts';
import { settle } from '../../support/memory-aws/clock.ts';
import { fields, identity, K1, K2, NAME, useWorlds, type World } from './world.ts';

const worldOf = useWorlds();
const observe = (world: World, name = NAME) =>
  settle(findNameTaken(world.connect(), name, world.ledger, identity));
const seed = (world: World, changes: Record<string, string> = {}) =>
  world.redis.accounts.seed(0, { ...fields(K2), ...changes } as Record<string, string>);
const ELSEWHERE = { signInLoginUrl: 'https://210987654321.signin.aws.amazon.com/console' };

test('nothing is in the way where nothing is', async () => {
  expect(await observe(worldOf())).toBeUndefined();
});

test("Redis's own cloud account is never seen, whatever the name", async () => {
  expect(await observe(worldOf(), 'Redis Internal Resources')).toBeUndefined();
});

describe('the bundle’s own', () => {
  test('is known by its id, though it was renamed', async () => {
    const world = worldOf();
    await settle(register(world.connect(), fields(), world.book));
    const [account] = world.redis.accounts.all(Date.now());
    if (account)
      world.redis.accounts.set(Date.now() - 5000, {
        ...account,
        fields: { ...account.fields, name: 'other' },
      });
    expect(await observe(world, 'other')).toBeUndefined();
  });

  test('is known by name and key where a run died in between', async () => {
    const world = worldOf();
    seed(world, fields(K1) as never);
    world.ledger = { intent: { name: NAME, keyId: K1, since: new Date().toISOString() } };
    expect(await observe(world)).toBeUndefined();
  });

  test('is not one of that name with a key that no run of the bundle can have sent', async () => {
    const world = worldOf();
    const other = seed(world, ELSEWHERE);
    world.ledger = { intent: { name: NAME, keyId: K1, since: new Date().toISOString() } };
    expect(await observe(world)).toMatchObject({ account: { id: other } });
  });

  test('does not hide that another has the name that it is to get', async () => {
    const world = worldOf();
    await settle(register(world.connect(), fields(), world.book));
    const other = seed(world, { name: 'wanted' });
    expect(await observe(world, 'wanted')).toMatchObject({ account: { id: other } });
  });
});

describe('a cloud account of that name', () => {
  test.each([
    ['its user is', { accessKeyId: 'absent', signInLoginUrl: false }, {}],
    ['its sign-in address is', { accessKeyId: 'absent', awsUserArn: false }, {}],
    ['its key is', { awsUserArn: false, signInLoginUrl: false }, { accessKeyId: K1 }],
  ] as const)('may be adopted if %s of this AWS account', async (_, switches, changes) => {
    const world = worldOf(switches);
    const id = seed(world, changes);
    const taken = await observe(world);
    expect([taken?.account.id, taken?.isAdoptable]).toEqual([id, true]);
    expect(taken?.conflict).toBe(
      `The cloud account "${NAME}" (id ${id}) exists already at Redis Cloud and was not made by this bundle; it was not touched. ` +
        'Set another CloudAccountName, delete it, or take it over with ExistingEntities=Adopt.',
    );
  });

  test.each([
    ['its user is of another', {}, ELSEWHERE],
    ['its sign-in address is of another', { awsUserArn: false }, ELSEWHERE],
    ['its key is unknown', { awsUserArn: false, signInLoginUrl: false }, {}],
    [
      'it shows nothing',
      { accessKeyId: 'masked', awsUserArn: false, signInLoginUrl: false },
      { accessKeyId: K1 },
    ],
    [
      'its sign-in address is an alias',
      { awsUserArn: false },
      { signInLoginUrl: 'https://acme.signin.aws.amazon.com/console' },
    ],
  ] as const)('may not be adopted if %s', async (_, switches, changes) => {
    const world = worldOf(switches);
    seed(world, changes);
    const taken = await observe(world);
    expect(taken?.isAdoptable).toBe(false);
    expect(taken?.conflict).toMatch(/Nothing says that it is of this AWS account, so it cannot be adopted/);
  });

  test('is a conflict in another case, too, and may not be adopted', async () => {
    const world = worldOf();
    seed(world, { name: NAME.toUpperCase() });
    const taken = await observe(world);
    expect(taken?.isAdoptable).toBe(false);
    expect(taken?.conflict).toContain(`Its name differs from "${NAME}" in case only`);
  });
});

describe('the daily check', () => {
  const check = (world: World) => settle(findCloudAccount(world.connect(), world.ledger ?? {}));

  test('finds the cloud account', async () => {
    const world = worldOf();
    await settle(register(world.connect(), fields(), world.book));
    const account = { id: world.id, status: 'active', name: NAME, accessKeyId: K1 };
    expect(await check(world)).toMatchObject(account);
  });

  test('is told that it is gone', async () => {
    const world = worldOf();
    await settle(register(world.connect(), fields(), world.book));
    world.redis.accounts.remove(Date.now() - 5000, world.id);
    expect(await check(world)).toBeUndefined();
  });
});
