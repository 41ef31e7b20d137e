import { describe, expect, test } from 'vitest';
import { CallError } from '../../../src/errors.ts';
import { deletePatiently, stepsFor, stepsForPages } from '../../../src/resource/deletion.ts';
import { useAccount } from '../../support/account.ts';

const account = useAccount();
const error = (name: string) => new CallError('Do', '', '', Object.assign(new Error('no'), { name }));

describe('what hangs on a resource', () => {
  test('is a step for each item of a list', async () => {
    const done: string[] = [];
    const steps = await stepsFor(Promise.resolve(['a', 'b']), (item) => async () => done.push(item));
    for (const step of steps) await step();
    expect(done).toEqual(['a', 'b']);
    expect(await stepsFor(Promise.resolve(undefined), () => async () => {})).toEqual([]);
  });

  test('of a list that cannot be read is a step that says so', async () => {
    const [step, ...none] = await stepsFor(Promise.reject(error('AccessDenied')), () => async () => {});
    expect(none).toEqual([]);
    await expect(step?.()).rejects.toThrow('Do failed: AccessDenied');
  });

  test('comes from all pages, and is nothing of what is gone', async () => {
    const ask = async (marker?: string) => ({ names: [marker ?? 'a'], Marker: marker ? undefined : 'b' });
    const done: string[] = [];
    for (const step of await stepsForPages(
      ask,
      ({ names }) => names,
      (name) => async () => done.push(name),
    ))
      await step();
    expect(done).toEqual(['a', 'b']);
    const gone = () => Promise.reject(error('NoSuchEntity'));
    expect(
      await stepsForPages<{ Marker?: string }, string>(
        gone,
        () => [],
        () => async () => {},
      ),
    ).toEqual([]);
  });
});

describe('a resource is deleted patiently', () => {
  const run = (failures: Error[], detached: string[] = []) => {
    let tries = 0;
    const attempt = deletePatiently(
      account.connection,
      async () => {
        const failure = failures[tries];
        tries += 1;
        if (failure) throw failure;
      },
      async () => [async () => detached.push('detached')],
    );
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
    expect([tries(), detached.length]).toEqual([3, 2]);
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
