import type { RedisCloud } from './client.ts';
import { type CloudAccount, listCloudAccounts } from './cloud-account.ts';
import { isRedisError } from './errors.ts';
import { LAG_MS, LOOK_MS, paced } from './pace.ts';
import type { Registration } from './registration.ts';
import { endOfTask, hasEnded, resourceOf, type Task } from './tasks.ts';
import { type Identity, isOurs } from './whose.ts';

/** How far Redis's clock may be from ours, in milliseconds; not paced. */
const SKEW_MS = 120_000;
/** How long after the intent a POST may still be sent: no run of the function is longer. */
const RUN_MS = 900_000;

/** Whether a task may be the POST that an intent announced. */
function mayBeOf(task: Task, { intent }: Registration): boolean {
  const at = Date.parse(task.timestamp ?? '');
  const since = Date.parse(intent?.since ?? '');
  return (
    task.commandType === 'cloudAccountCreateRequest' &&
    !(at < since - SKEW_MS || at > since + RUN_MS + SKEW_MS)
  );
}

/** Whether one of these tasks has made a cloud account; undefined if that is not told. */
function hasMade(tasks: Task[], { id }: CloudAccount): boolean | undefined {
  const ids = tasks.filter(({ status }) => status === 'processing-completed').map(resourceOf);
  return ids.includes(id) || (ids.includes(undefined) ? undefined : false);
}

/** Who looks for what. */
interface Wanted extends Identity {
  name: string;
  /** The fate of a POST is not known: who made what nothing else tells of is a question to the tasks. */
  lost: boolean;
}

/**
 * Finds what a POST of ours has made: by its task, or by the name, once no task can be its own any more, and the list must
 * show what there is.
 *
 * @returns `ours` undefined: nothing says whose it is
 */
export async function findMade(
  cloud: RedisCloud,
  registration: Registration,
  wanted: Wanted,
): Promise<{ id: number; ours: boolean | undefined } | undefined> {
  const { task } = registration;
  let completed = false;
  try {
    const id = task && (await endOfTask(cloud, task.id));
    if (id) return { id, ours: true };
    completed = Boolean(task);
  } catch (error) {
    if (!isRedisError(error) || !(error.lost || error.refused)) throw error;
  }
  let quiet = Date.now();
  for (;;) {
    const { tasks = [] } = wanted.lost ? await cloud.get<{ tasks?: Task[] }>('/tasks') : {};
    const own = tasks.filter((one) => mayBeOf(one, registration));
    const ended = own.every(hasEnded);
    if (!ended) quiet = Date.now();
    const { accounts } = await listCloudAccounts(cloud, registration);
    const account = accounts.find((one) => one.name === wanted.name);
    if (account) {
      const ours = isOurs(account, wanted) ?? (completed || hasMade(own, account));
      if (ours || ended) return { id: account.id, ours };
    } else if (Date.now() - quiet > paced(LAG_MS)) return undefined;
    await cloud.pause(LOOK_MS, 'what became of a request whose answer was lost');
  }
}
