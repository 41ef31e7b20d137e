import { keyOf, type Target } from '../accounts/target.ts';
import { inParallel } from '../aws/parallel.ts';
import type { AccountStatus } from './account-status.ts';
import type { StateFile } from './state-file.ts';

/** Asks all accounts, so many at a time, but those that an earlier run has asked; in the order of the targets. */
export async function collect(
  targets: Target[],
  { parallel, state }: { parallel: number; state: StateFile },
  read: (target: Target) => Promise<AccountStatus>,
  tell: (done: number, status: AccountStatus) => void,
): Promise<AccountStatus[]> {
  const statuses = new Map(state.known);
  const wanted = targets.filter((target) => !statuses.has(keyOf(target)));
  let done = targets.length - wanted.length;
  await inParallel(wanted, parallel, async (target) => {
    const status = await read(target);
    statuses.set(keyOf(target), status);
    state.keep(status);
    done += 1;
    tell(done, status);
  });
  return targets.flatMap((target) => statuses.get(keyOf(target)) ?? []);
}
