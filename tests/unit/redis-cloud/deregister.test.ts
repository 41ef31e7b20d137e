import { beforeEach, describe, expect, test, vi } from 'vitest';
import { deregister } from '../../../src/redis-cloud/deregister.ts';
import { handOver } from '../../../src/redis-cloud/hand-over.ts';
import { register } from '../../../src/redis-cloud/register.ts';
import { settle } from '../../support/memory-aws/clock.ts';
import { fields, K1, K2, K3, NAME, useWorlds, type World } from './world.ts';

const worldOf = useWorlds();
let world: World;
const registered = async (switches = {}) => {
  world = worldOf(switches);
  await settle(register(world.connect(), fields(), world.book));
};
const remove = () => settle(deregister(world.connect(), world.book));
const failure = () => remove().then(String, (error: Error) => error.message);

beforeEach(async () => {
  await registered();
});

test('a cloud account is deleted, waited for, and forgotten by the ledger', async () => {
  await remove();
  expect(world.accounts()).toEqual([]);
  expect(world.ledger).toBeUndefined();
  expect(world.asked('DELETE')).toBe(1);
});

test('one that subscriptions use stays as it is, and that is told at once', async () => {
  const [account] = world.accounts();
  world.redis.tasks.used.add(account?.id ?? 0);
  expect(await failure()).toMatch(/CLOUD_ACCOUNT_USED.*delete its subscriptions at Redis Cloud first/);
  expect(world.accounts()).toEqual([account]);
  expect(world.ledger).toMatchObject({ cloudAccountId: account?.id, keyId: K1 });
  world.redis.tasks.used.clear();
  await remove();
  expect(world.accounts()).toEqual([]);
});

test.each(['task', 'http'] as const)(
  'one that is gone already is no failure, told over %s',
  async (notFoundOver) => {
    await registered({ notFoundOver });
    world.redis.accounts.remove(Date.now(), world.id);
    await remove();
    expect(world.ledger).toBeUndefined();
  },
);

test('one that is on its way out already is waited for', async () => {
  world.redis.switches.deletingMs = 60_000;
  await settle(world.connect().send('DELETE', `/cloud-accounts/${world.id}`));
  vi.setSystemTime(Date.now() + 5000);
  await remove();
  expect(world.accounts()).toEqual([]);
});

test.each(['task', 'http'] as const)(
  'one that the replica does not show yet is not taken for gone, told over %s',
  async (notFoundOver) => {
    await registered({ notFoundOver });
    world.redis.switches.replicaLagMs = 60_000;
    await remove();
    expect(world.accounts()).toEqual([]);
  },
);

test('one that is not active yet is waited for', async () => {
  world = worldOf({ pendingMs: 60_000 });
  const control = new AbortController();
  setTimeout(() => control.abort(), 30_000);
  const run = register(world.connect(control.signal), fields(), world.book);
  await settle(run.catch(() => {}));
  await remove();
  expect(world.accounts()).toEqual([]);
});

test('one that may still be deleted, though a second request was refused, is not taken for registered', async () => {
  await registered({ receivedMs: 150_000 });
  world.redis.fail('DELETE', 'drop after');
  world.redis.fail('DELETE', '422');
  expect(await failure()).toContain('HTTP 422');
  await settle(register(world.connect(), fields(K1), world.book));
  await world.later();
  expect(world.accounts()).toMatchObject([{ id: world.id, status: 'active', key: K1 }]);
});

test("Redis's own is never touched", async () => {
  world.ledger = { cloudAccountId: 1 };
  expect(await failure()).toMatch(/No cloud account of the bundle is known/);
  expect(world.asked('DELETE')).toBe(0);
});

test('nothing is asked when nothing was ever registered', async () => {
  world = worldOf();
  await remove();
  expect(world.redis.requests).toEqual([]);
});

test('the API key of another Redis account deletes nothing and forgets nothing', async () => {
  world.redis.switches.accountId = 2002;
  const before = world.ledger;
  expect(await failure()).toMatch(/The API key is of the Redis account 2002/);
  expect(world.ledger).toEqual(before);
});

describe('after a POST whose answer was lost', () => {
  const intent = () => ({
    name: NAME,
    keyId: K1,
    since: new Date(Date.now() - 1000).toISOString(),
  });

  test.each(['plain', 'masked', 'absent'] as const)(
    'finds what it has made, keys %s',
    async (accessKeyId) => {
      world = worldOf({ accessKeyId, replicaLagMs: 50_000, receivedMs: 120_000, awsUserArn: false });
      const started = intent();
      world.redis.fail('POST', 'drop after', 1);
      const post = {
        method: 'POST',
        headers: headers(),
        body: JSON.stringify({ ...fields(), passwordVersion: undefined }),
      };
      await settle(fetch('https://api.redislabs.com/v1/cloud-accounts', post).catch(() => {}));
      world.ledger = { intent: started };
      await remove();
      expect(world.accounts()).toEqual([]);
      expect(world.ledger).toBeUndefined();
    },
  );

  test.each(['plain', 'masked', 'absent'] as const)(
    "leaves a stranger's of that name, keys %s",
    async (accessKeyId) => {
      world = worldOf({ accessKeyId, awsUserArn: false });
      world.redis.accounts.seed(0, fields(K3) as unknown as Record<string, string>);
      world.ledger = { intent: intent() };
      await remove();
      expect(world.accounts()).toMatchObject([{ key: K3 }]);
      expect(world.asked('DELETE')).toBe(0);
    },
  );

  describe("leaves another bundle's of that name, where keys are not shown,", () => {
    const HOUR = 3_600_000;
    const other = { accessKeyId: 'absent', awsUserArn: false } as const;
    const expectLeft = async (since: number) => {
      world.ledger = { intent: { ...intent(), since: new Date(since).toISOString() } };
      await remove();
      expect(world.accounts()).toHaveLength(1);
      expect(world.asked('DELETE')).toBe(0);
    };

    test.each([
      ['long before', HOUR],
      ['long after', -HOUR],
    ])('whose POST came %s', async (_, later) => {
      await registered(other);
      await expectLeft(Date.now() + later);
    });

    test('which was given another key in the time of the POST', async () => {
      await registered(other);
      vi.setSystemTime(Date.now() + HOUR);
      const since = Date.now();
      await settle(handOver(world.connect(), fields(K2), world.book));
      await expectLeft(since);
    });
  });

  describe('where neither keys nor ids are shown', () => {
    beforeEach(async () => {
      const blind = { accessKeyId: 'absent', awsUserArn: false, taskTellsId: false } as const;
      world = worldOf(blind);
      await settle(register(world.connect(), fields(), world.book));
    });

    test('takes what its own task has made', async () => {
      const [task] = world.redis.tasks.list;
      world.ledger = { intent: intent(), task: { id: task?.taskId ?? '', kind: 'create' } };
      await remove();
      expect(world.accounts()).toEqual([]);
    });

    test('asks a person if the task is not known to be its own, and does nothing', async () => {
      world.ledger = { intent: intent() };
      expect(await failure()).toMatch(
        /^The cloud account "redis-123456789012" \(id \d+\) may be this bundle's\. Delete it in the Redis Cloud console if it is/,
      );
      expect(world.accounts()).toHaveLength(1);
      expect(world.ledger).toMatchObject({ intent: { name: NAME } });
    });
  });

  test('finds what a try has left that Redis refused', async () => {
    world = worldOf({ failedCreateLeaves: 'error', awsUserArn: false });
    world.keys.clear();
    await settle(register(world.connect(), fields(), world.book).catch(() => {}));
    expect(world.accounts()).toMatchObject([{ status: 'active-error' }]);
    await remove();
    expect(world.accounts()).toEqual([]);
  });

  test('knows what its task has made, though it was renamed since', async () => {
    const [task] = world.redis.tasks.list;
    world.ledger = { intent: intent(), task: { id: task?.taskId ?? '', kind: 'create' } };
    const [account] = world.redis.accounts.all(Date.now());
    if (account)
      world.redis.accounts.set(Date.now() - 5000, {
        ...account,
        fields: { ...account.fields, name: 'other' },
      });
    await remove();
    expect(world.accounts()).toEqual([]);
  });

  test.each([
    ['', undefined],
    [', and Redis knows its task no more', { id: '00000000-0000-4000-8000-000000000000', kind: 'create' }],
  ] as const)('ends when there is nothing%s', async (_, task) => {
    world = worldOf();
    world.ledger = { intent: intent(), task };
    await remove();
    expect(world.ledger).toBeUndefined();
  });
});

const headers = () => ({
  'x-api-key': 'local-account-key',
  'x-api-secret-key': 'local-owner-key',
  'content-type': 'application/json',
});
