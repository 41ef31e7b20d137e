import { describe, expect, test } from 'vitest';
import { backoff, poll, sleep, stopped, together } from '../../../src/aws/patience.ts';
import { DeadlineError, LeaseError } from '../../../src/errors.ts';
import { useAccount } from '../../support/account.ts';

const account = useAccount();
const never = new AbortController().signal;

test('waits between tries grow and are never longer than about four seconds', () => {
  expect([1, 2, 3, 4, 5, 10].map((tries) => backoff(tries))).toEqual([400, 600, 1000, 1800, 2200, 2200]);
});

describe('a wait', () => {
  test('takes as long as it was told', async () => {
    const started = Date.now();
    await account.wait(sleep(1234, never));
    expect(Date.now() - started).toBe(1234);
  });

  test('does not begin at the deadline, and ends at it', async () => {
    await expect(sleep(1000, AbortSignal.abort())).rejects.toThrow(DeadlineError);
    const end = new AbortController();
    setTimeout(() => end.abort(), 10);
    const started = Date.now();
    await expect(account.wait(sleep(1000, end.signal))).rejects.toThrow(DeadlineError);
    expect(Date.now() - started).toBe(10);
  });

  test('that ends because the lease is lost says so', () => {
    const lost = new LeaseError('lost', true);
    expect(stopped(AbortSignal.abort(lost))).toBe(lost);
    expect(stopped(AbortSignal.abort(new Error('other')))).toBeInstanceOf(DeadlineError);
  });
});

describe('a poll', () => {
  const look = async (sights: number[]) => {
    let looks = 0;
    const started = Date.now();
    const seen = await account.wait(
      poll(
        async () => sights[looks++] ?? -1,
        (sight) => sight === 1,
        { forMs: 5000, everyMs: 1000 },
        never,
      ),
    );
    return { seen, looks, seconds: (Date.now() - started) / 1000 };
  };

  test('ends at once when it is as hoped', async () => {
    expect(await look([1])).toEqual({ seen: 1, looks: 1, seconds: 0 });
  });

  test('looks again until it is', async () => {
    expect(await look([0, 0, 1])).toEqual({ seen: 1, looks: 3, seconds: 2 });
  });

  test('believes the last look when the time is over', async () => {
    expect(await look([0, 0, 0, 0, 0, 7])).toEqual({ seen: 7, looks: 6, seconds: 5 });
  });
});

test('steps side by side are all waited for, also when one fails, and the first failure is told', async () => {
  let ended = false;
  const slow = sleep(50, never).then(() => {
    ended = true;
  });
  const failing = [Promise.reject(new Error('first')), Promise.reject(new Error('second'))];
  await expect(account.wait(together<unknown>([...failing, slow]))).rejects.toThrow('first');
  expect(ended).toBe(true);
  expect(await together([Promise.resolve(1), Promise.resolve(2)])).toEqual([1, 2]);
});
