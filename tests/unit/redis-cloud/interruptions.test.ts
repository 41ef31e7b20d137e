import { describe, expect, test } from 'vitest';
import type { FaultKind } from '../../../local/redis-cloud/faults.ts';
import type { Switches } from '../../../local/redis-cloud/switches.ts';
import { deregister } from '../../../src/redis-cloud/deregister.ts';
import { RedisCloudError } from '../../../src/redis-cloud/errors.ts';
import { handOver } from '../../../src/redis-cloud/hand-over.ts';
import { register } from '../../../src/redis-cloud/register.ts';
import { fields, K1, K2, K3, NAME, SECRETS, useWorlds, type World } from './world.ts';

const worldOf = useWorlds();

/** What a run does, and how the next one goes on. */
interface Operation {
  /** Registers first. */
  registered: boolean;
  run(world: World): Promise<unknown>;
  resume(world: World): Promise<unknown>;
  /** The key that Redis has in the end; undefined: no cloud account. */
  ends: string | undefined;
  /** How many POSTs there may be; one unless given. */
  posts?: number;
}

const registers = (key: string) => (world: World) => register(world.connect(), fields(key), world.book);
const hands = (key: string) => (world: World) => handOver(world.connect(), fields(key), world.book);
const removes = (world: World) => deregister(world.connect(), world.book);

const OPERATIONS: Record<string, Operation> = {
  'a registration that is tried again': {
    registered: false,
    run: registers(K1),
    resume: registers(K1),
    ends: K1,
  },
  'a registration that goes on with another key': {
    registered: false,
    run: registers(K1),
    resume: registers(K2),
    ends: K2,
  },
  'a registration that is removed instead': {
    registered: false,
    run: registers(K1),
    resume: removes,
    ends: undefined,
  },
  'a hand-over that is tried again': { registered: true, run: hands(K2), resume: hands(K2), ends: K2 },
  'a hand-over that goes on with another key': {
    registered: true,
    run: hands(K2),
    resume: hands(K3),
    ends: K3,
  },
  'a hand-over that is taken back': { registered: true, run: hands(K2), resume: hands(K1), ends: K1 },
  'a hand-over that is removed instead': {
    registered: true,
    run: hands(K2),
    resume: removes,
    ends: undefined,
  },
  'a removal that is tried again': { registered: true, run: removes, resume: removes, ends: undefined },
};

/** A removal may be under way at Redis, so that a second cloud account takes the place of the first. */
for (const key of [K1, K2])
  OPERATIONS[`a removal that is taken back with ${key}`] = {
    registered: true,
    run: removes,
    resume: registers(key),
    ends: key,
    posts: 2,
  };

const WORLDS: Record<string, Partial<Switches>> = {
  'shows all': {},
  'shows nothing, and late': {
    accessKeyId: 'absent',
    awsUserArn: false,
    signInLoginUrl: false,
    replicaLagMs: 30_000,
    receivedMs: 40_000,
  },
  'is busy for minutes': { receivedMs: 200_000, replicaLagMs: 20_000, notFoundOver: 'http' },
};

async function prepared(switches: Partial<Switches>, { registered }: Operation): Promise<World> {
  const world = worldOf(switches);
  if (registered) await world.run(() => registers(K1)(world));
  world.moments.length = 0;
  world.redis.requests.length = 0;
  return world;
}

/** What must hold at the end, whatever happened. */
function expectEnd(world: World, { ends, posts: most = 1 }: Operation, story: string): void {
  const known = world.accounts().map(({ name, status, key }) => ({ name, status, key }));
  expect(known, story).toEqual(ends ? [{ name: NAME, status: 'active', key: ends }] : []);
  if (ends)
    expect(world.ledger, story).toMatchObject({ cloudAccountId: world.accounts()[0]?.id, keyId: ends });
  else expect(world.ledger, story).toBeUndefined();
  if (ends) expect(world.ledger?.intent, story).toBeUndefined();
  const posts = world.redis.tasks.list.filter(({ kind }) => kind === 'Create');
  expect(posts.length, story).toBeLessThanOrEqual(most);
  for (const secret of SECRETS)
    expect(`${world.log()} ${JSON.stringify(world.ledger)}`, story).not.toContain(secret);
}

const cases = Object.keys(OPERATIONS).flatMap((name) =>
  Object.keys(WORLDS).map((shows) => [name, shows] as const),
);

describe.each(cases)('%s, at a Redis that %s', (name, shows) => {
  const operation = OPERATIONS[name] as Operation;
  const switches = WORLDS[shows] as Partial<Switches>;

  test('comes to its end wherever the first run dies, never with two cloud accounts or a dead key', async () => {
    const whole = await prepared(switches, operation);
    await whole.run(() => operation.run(whole));
    const moments = whole.moments.length;
    expect(moments).toBeGreaterThan(8);
    for (let at = 0; at < moments; at += 1) {
      const world = await prepared(switches, operation);
      world.dieAt = at;
      const outcome = await world.run(() => operation.run(world));
      const story = `${name}, died ${world.moments.at(-1)}`;
      expect(outcome, story).toBe('died');
      world.dieAt = Number.POSITIVE_INFINITY;
      expect(await world.brokenAfterCleaning(operation.ends ?? K1), story).toEqual([]);
      expect(await world.run(() => operation.resume(world)), story).not.toBe('died');
      expectEnd(world, operation, story);
      await world.later();
      expectEnd(world, operation, `${story}, an hour later`);
      expect(await world.brokenAfterCleaning(operation.ends ?? K1), story).toEqual([]);
    }
  });
});

const FAULTS: FaultKind[] = [
  'drop before',
  'drop after',
  'hang before',
  'hang after',
  '429',
  '429 with header',
  '500',
  '503 after',
  'redirect',
  'html',
  'html after',
];

describe.each(FAULTS)('a request that meets "%s"', (kind) => {
  test.each([
    'a registration that is tried again',
    'a hand-over that is tried again',
    'a removal that is tried again',
  ])('is survived by %s, or told and survived by the next run', async (name) => {
    const operation = OPERATIONS[name] as Operation;
    for (const switches of Object.values(WORLDS)) {
      const whole = await prepared(switches, operation);
      await whole.run(() => operation.run(whole));
      const requests = whole.redis.requests.length;
      for (let at = 0; at < requests; at += 1) {
        const world = await prepared(switches, operation);
        let seen = -1;
        world.redis.faults.push({ kind, times: 1, when: () => ++seen === at });
        const failure = await world.run(() => operation.run(world).then(String, (error: Error) => error));
        const story = `${name}, ${kind} at request ${at}: ${failure}`;
        const told = /redirect|html/.test(kind);
        if (failure instanceof Error) {
          expect(told, story).toBe(true);
          expect(failure, story).toBeInstanceOf(RedisCloudError);
          for (const secret of SECRETS) expect(failure.message).not.toContain(secret);
          await world.run(() => operation.resume(world));
        }
        expectEnd(world, operation, story);
      }
    }
  });
});
