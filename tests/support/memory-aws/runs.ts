import { AsyncLocalStorage } from 'node:async_hooks';

/** One run of the code under test, as one Lambda process would have it. */
export type Run = { name: string; dead: boolean; die: () => void };

const current = new AsyncLocalStorage<Run>();

/** The run that the calling code belongs to, if any. */
export const currentRun = (): Run | undefined => current.getStore();

export type Outcome<T> = { crashed: false; value: T } | { crashed: true };

/**
 * Runs code until it ends or a `crashBefore` or `crashAfter` fault kills it. Code that was killed is never resumed: none
 * of its AWS calls is answered any more, as if the process were gone. Its timers are the caller's to clear.
 */
export async function runUntilCrash<T>(code: () => Promise<T>, name = 'run'): Promise<Outcome<T>> {
  let crash = () => {};
  const crashed = new Promise<Outcome<T>>((resolve) => {
    crash = () => resolve({ crashed: true });
  });
  const run: Run = {
    name,
    dead: false,
    die() {
      run.dead = true;
      crash();
    },
  };
  const ended = current.run(run, async (): Promise<Outcome<T>> => ({ crashed: false, value: await code() }));
  return Promise.race([crashed, ended]);
}
