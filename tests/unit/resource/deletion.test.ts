import { describe, expect, test } from 'vitest';
import { sleep } from '../../../src/aws/patience.ts';
import { CallError, PreconditionError } from '../../../src/errors.ts';
import { deletePatiently, extras, stepsFor, stepsForAll } from '../../../src/resource/deletion.ts';
import { useAccount } from '../../support/account.ts';

const account = useAccount();
const error = (name: string) => new CallError('Do', '', '', Object.assign(new Error('no'), { name }));

describe('what hangs on a resource', () => {
  test('is a step for each item of a list; what is gone already is as good', async () => {
    const done: string[] = [];
    const steps = await stepsFor(Promise.resolve(['a', 'b']), async (item) => {
      done.push(item);
      throw error('NoSuchEntity');
    });
    expect(done).toEqual([]);
    for (const step of steps) await step();
    expect(done).toEqual(['a', 'b']);
  });

  test('of a list that cannot be read is a step that says so, and keeps no other kind from going', async () => {
    const done: string[] = [];
    const takeOff = async (id: string) => done.push(id);
    const steps = await stepsForAll([
      { list: () => Promise.reject(error('AccessDenied')), takeOff },
      { list: async () => ['a'], takeOff },
    ]);
    const results = await Promise.allSettled(steps.map((step) => step()));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    await expect(steps[0]?.()).rejects.toThrow('Do failed: AccessDenied');
    expect(done).toEqual(['a']);
  });

  test('is told in words if it is of a kind that has a word; other kinds are not even listed', async () => {
    const takeOff = async () => {};
    const kinds = [
      { what: 'group', list: async () => ['a', 'b'], takeOff },
      { list: () => Promise.reject(error('AccessDenied')), takeOff },
    ];
    expect(await extras(kinds)).toEqual([
      'it has the group a and should have none',
      'it has the group b and should have none',
    ]);
  });
});

describe('a resource is deleted patiently', () => {
  const run = (failures: Error[], detached: string[] = []) => {
    let tries = 0;
    const attempt = deletePatiently(account.connection, {
      revoke: [async () => detached.push('revoked')],
      detach: async () => [async () => detached.push('detached')],
      delete: async () => {
        const failure = failures[tries];
        tries += 1;
        if (failure) throw failure;
      },
    });
    return { attempt: account.wait(attempt), tries: () => tries, detached };
  };

  test('at once if nothing hangs on it', async () => {
    const { attempt, tries, detached } = run([]);
    await attempt;
    expect([tries(), detached]).toEqual([1, []]);
  });

  test('after what has come to hang on it since is taken off', async () => {
    const { attempt, tries, detached } = run([error('DeleteConflict'), error('DeleteConflict')]);
    await attempt;
    expect([tries(), detached]).toEqual([3, ['revoked', 'detached', 'revoked', 'detached']]);
  });

  test.each([20_000, 60_000])(
    'also if steps of a stale list took %i ms: what a fresh one shows counts',
    async (ms) => {
      const foreign = () => Promise.reject(new PreconditionError(['It is attached to somebody else.']));
      const lists = [[() => sleep(ms, account.connection.signal), foreign], [async () => {}], []];
      let tries = 0;
      await account.wait(
        deletePatiently(account.connection, {
          detach: async () => lists[tries - 1] ?? [],
          delete: async () => {
            tries += 1;
            if (tries < 3) throw error('DeleteConflict');
          },
        }),
      );
      expect(tries).toBe(3);
    },
  );

  test('also if nothing can hang on it: the refusal may be about what has gone meanwhile', async () => {
    const failures = [error('DeleteConflict'), error('DeleteConflict')];
    const attempt = deletePatiently(account.connection, {
      delete: async () => {
        const failure = failures.pop();
        if (failure) throw failure;
      },
    });
    await account.wait(attempt);
    expect(failures).toEqual([]);
  });

  describe('while something of a stranger hangs on it', () => {
    const foreign = (goesAfter: number) => {
      const since = Date.now();
      const hangs = () => Date.now() - since < goesAfter;
      return account.wait(
        deletePatiently(account.connection, {
          detach: async () =>
            hangs() ? [() => Promise.reject(new PreconditionError(['It is theirs.']))] : [],
          delete: async () => {
            if (hangs()) throw error('DeleteConflict');
          },
        }),
      );
    };

    test('goes when that turns out to have been a stale read', async () => {
      await foreign(10_000);
    });

    test('fails with what it is when no read can be stale any more', async () => {
      const since = Date.now();
      await expect(foreign(60_000)).rejects.toThrow('It is theirs.');
      expect(Date.now() - since).toBeLessThan(30_000);
    });
  });

  test('but not for ever', async () => {
    const started = Date.now();
    const { attempt } = run(Array(1000).fill(error('DeleteConflict')));
    await expect(attempt).rejects.toThrow('DeleteConflict');
    expect(Date.now() - started).toBeLessThan(60_000);
  });

  test('and not for another failure', async () => {
    const { attempt, tries } = run([error('AccessDenied')]);
    await expect(attempt).rejects.toThrow('AccessDenied');
    expect(tries()).toBe(1);
  });
});
