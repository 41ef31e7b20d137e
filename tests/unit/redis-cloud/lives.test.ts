import { expect, test, vi } from 'vitest';
import type { FaultKind } from '../../../local/redis-cloud/faults.ts';
import { randomOf } from '../../../local/redis-cloud/random.ts';
import type { Switches } from '../../../local/redis-cloud/switches.ts';
import { deregister } from '../../../src/redis-cloud/deregister.ts';
import { RedisCloudError } from '../../../src/redis-cloud/errors.ts';
import { handOver } from '../../../src/redis-cloud/hand-over.ts';
import { register } from '../../../src/redis-cloud/register.ts';
import { fakeClock } from '../../support/memory-aws/clock.ts';
import { fields, NAME, SECRETS, useWorlds, type World } from './world.ts';

const worldOf = useWorlds();
const FAULTS: FaultKind[] = [
  'drop before',
  'drop after',
  'hang before',
  'hang after',
  '429',
  '500',
  '503 after',
  'html after',
  '422',
];
const REFUSALS = ['GENERAL_ERROR', 'CLOUD_ACCOUNT_NOT_ACTIVE', 'CLOUD_ACCOUNT_INVALID_CREDS', 'BAD_REQUEST'];

/** One life: registrations, rotations and removals one after the other, each disturbed in some way. */
async function live(seed: number): Promise<{ done: number; failed: number; died: number }> {
  // The same seed is the same life, whichever went before it.
  fakeClock();
  vi.mocked(Math.random).mockImplementation(randomOf(seed + 1_000_000_000));
  const random = randomOf(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const oneOf = <T>(choices: readonly T[]): T => choices[below(choices.length)] as T;
  const switches: Partial<Switches> = {
    receivedMs: oneOf([500, 20_000, 150_000]),
    replicaLagMs: oneOf([0, 1000, 20_000, 60_000]),
    taskReadsNotFound: below(4),
    taskTellsId: random() < 0.8,
    taskError: oneOf(['object', 'code']),
    errorsOver: oneOf(['task', 'http']),
    notFoundOver: oneOf(['task', 'http']),
    accessKeyId: oneOf(['plain', 'masked', 'absent']),
    awsUserArn: random() < 0.5,
    signInLoginUrl: random() < 0.5,
    credentialsAfterMs: oneOf([0, 0, 30_000]),
    createEnds: random() < 0.9 ? 'active' : 'active-error',
    refusedUpdate: oneOf(['active', 'active-error']),
  };
  const world = worldOf(switches);
  const counts = { done: 0, failed: 0, died: 0 };
  let serial = 0;
  let key = '';
  const story: string[] = [`seed ${seed}`];
  for (let step = 0; step < 10; step += 1) {
    if (!key || random() < 0.6) {
      serial += 1;
      key = `AKIAEXAMPLE${String(serial).padStart(9, '0')}`;
      world.keys.add(key);
    }
    const removes = random() < 0.2;
    disturb(world);
    const control = new AbortController();
    if (random() < 0.2) setTimeout(() => control.abort(), below(400_000));
    const outcome = await world.run(() => run(world, removes, control.signal));
    const told = outcome instanceof Error ? outcome.message : outcome;
    story.push(`${removes ? 'remove' : key} at ${world.moments.length}: ${told}`);
    world.dieAt = Number.POSITIVE_INFINITY;
    world.redis.faults.length = 0;
    world.redis.tasks.planned.length = 0;
    counts[outcome === 'died' ? 'died' : outcome instanceof Error ? 'failed' : 'done'] += 1;
    check(world, outcome, removes, story.join('\n'));
    if (random() < 0.5) {
      await world.later();
      check(world, outcome, removes, `${story.join('\n')}, an hour later`);
    }
    const broken = await world.brokenAfterCleaning(key);
    expect(broken, story.join('\n')).toEqual([]);
  }
  return counts;

  function disturb({ redis, moments }: World): void {
    if (random() < 0.4) {
      const when = below(12);
      let seen = -1;
      redis.faults.push({ kind: oneOf(FAULTS), times: 1 + below(3), when: () => ++seen >= when });
    }
    if (random() < 0.2) redis.refuse(oneOf(['Create', 'Update', 'Delete']), oneOf(REFUSALS), 1 + below(3));
    if (random() < 0.3) world.dieAt = moments.length + below(30);
  }

  async function run({ ledger, book }: World, removes: boolean, signal: AbortSignal): Promise<unknown> {
    const cloud = world.connect(signal);
    try {
      if (removes) return await deregister(cloud, book);
      return await (ledger?.cloudAccountId && random() < 0.5
        ? handOver(cloud, fields(key), book)
        : register(cloud, fields(key), book));
    } catch (error) {
      return error;
    }
  }

  function check({ ledger, accounts }: World, outcome: unknown, removes: boolean, text: string): void {
    const known = accounts.call(world);
    expect(known.length, text).toBeLessThanOrEqual(1);
    for (const secret of SECRETS) expect(`${world.log()} ${outcome}`, text).not.toContain(secret);
    if (outcome === 'died') return;
    if (outcome instanceof Error) expect(outcome, text).toBeInstanceOf(RedisCloudError);
    else if (removes) expect([known, ledger], text).toEqual([[], undefined]);
    else {
      expect(known, text).toMatchObject([{ name: NAME, status: 'active', key }]);
      expect(ledger, text).toMatchObject({ cloudAccountId: known[0]?.id, keyId: key });
    }
  }
}

test('a random life never has two cloud accounts, and never one with a key that was deleted', async () => {
  const first = Number(process.env.SEED ?? 1);
  const lives = 3 * Number(process.env.LIVES ?? 30);
  const sum = { done: 0, failed: 0, died: 0 };
  for (let seed = first; seed < first + lives; seed += 1) {
    const counts = await live(seed);
    for (const name of ['done', 'failed', 'died'] as const) sum[name] += counts[name];
  }
  // Each kind of end is met often enough to mean something.
  for (const count of Object.values(sum)) expect(count).toBeGreaterThan(lives / 2);
});
