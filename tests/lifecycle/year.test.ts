import { expect, test, vi } from 'vitest';
import { HARSH_SEEDS, harshestDay } from '../support/harsh-days.ts';
import { dropTimers } from '../support/memory-aws/clock.ts';
import { useRegisteredAccount } from '../support/redis-cloud-account.ts';
import { beginRotation, STEPS, sendStep } from '../support/rotation.ts';
import { oneIn } from '../support/sample.ts';
import { sendCheck } from './checking.ts';
import { expectIntact, known, settled, updated } from './journey.ts';

const account = useRegisteredAccount();
const DAY = 86_400_000;
const ROTATION_DAYS = 30;
/** Longer than this no key works: a rotation's interval, the one for which the key before works on, and two days. */
const OLDEST_DAYS = ROTATION_DAYS + 2;

/** Secrets Manager's four steps. */
async function rotate(token: string): Promise<void> {
  beginRotation(account.secret(), token);
  for (const name of STEPS) {
    const { end, thrown } = await sendStep(account.place, name, account.secret().arn, token);
    expect([name, end, thrown]).toEqual([name, 'returned', undefined]);
    dropTimers();
  }
}

/** What must hold at every moment: the current key works, Redis has a key that works. */
function expectInService(): void {
  const works = account
    .user()
    .accessKeys.filter(({ active }) => active)
    .map(({ id }) => id);
  expect(works).toContain(account.content()?.accessKeyId);
  expect(works).toContain(account.atRedis()?.key);
}

test.each(oneIn(3, HARSH_SEEDS))(
  'a registered bundle lives through a year of rotations and checks with a key that works and that Redis has (seed %i)',
  { timeout: 120_000 },
  async (seed) => {
    const properties = account.registered({
      RotationDays: ROTATION_DAYS,
      PreviousAccessKey: 'DeleteWhenUnused',
    });
    await settled(account, properties);
    harshestDay(account.aws, seed);
    account.aws.afterChange = () => {
      if (account.atRedis()) expectInService();
    };
    const began = Date.now();
    const figures = {
      rotations: 0,
      checks: 0,
      oldestDays: 0,
      requestsToRedis: account.redis.writes().length,
    };
    for (let day = 1; day <= 365; day += 1) {
      vi.setSystemTime(began + day * DAY);
      // Redis works with the key that it has, all the time.
      account.aws.useAccessKey(account.atRedis()?.key ?? '', 'ec2');
      if (day % ROTATION_DAYS === 0) {
        await rotate(`year-${String(day).padStart(59, '0')}`);
        figures.rotations += 1;
      }
      const { drift } = await sendCheck(account);
      expect([day, drift]).toEqual([day, []]);
      figures.checks += 1;
      expectInService();
      expect(account.atRedis()?.key).toBe(account.content()?.accessKeyId);
      const ages = account.user().accessKeys.map(({ createdAt }) => (Date.now() - createdAt) / DAY);
      figures.oldestDays = Math.max(figures.oldestDays, ...ages);
    }
    figures.requestsToRedis = account.redis.writes().length - figures.requestsToRedis;
    expect(figures).toMatchObject({ rotations: 12, checks: 365, requestsToRedis: 12 });
    expect(figures.oldestDays).toBeLessThanOrEqual(OLDEST_DAYS);
    vi.setSystemTime(Date.now() + DAY);
    await updated(account, { Tags: 'Team=data' });
    expectIntact(account, known(account));
  },
);
