import type { RedisCloud } from './client.ts';
import { type CloudAccount, listCloudAccounts, phaseOf } from './cloud-account.ts';
import { LAG_MS, LOOK_MS, paced } from './pace.ts';
import type { Registration } from './registration.ts';
import { hasEnded, resourceOf, type Task } from './tasks.ts';

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

/** What a search came to. */
interface Found {
  account: CloudAccount | undefined;
  /** A POST of the time of the intent has made it; undefined: what one has made is not told. */
  made: boolean | undefined;
  redisAccountId: number | undefined;
}

/**
 * Looks for a cloud account by name after a POST whose fate is not known: until no task can be its own any more, and the
 * list must show what there is.
 *
 * @param patient false: looks once, and at no task
 */
export async function lookFor(
  cloud: RedisCloud,
  names: (string | undefined)[],
  registration: Registration,
  patient: boolean,
): Promise<Found> {
  const tasks = async () =>
    patient
      ? ((await cloud.get<{ tasks?: Task[] }>('/tasks')).tasks ?? []).filter((task) =>
          mayBeOf(task, registration),
        )
      : [];
  let quiet = Date.now();
  for (;;) {
    if (!(await tasks()).every(hasEnded)) quiet = Date.now();
    const { accounts, redisAccountId } = await listCloudAccounts(cloud, registration);
    const account = accounts.find((one) => names.includes(one.name) && phaseOf(one) !== 'gone');
    // Read again, as it may have ended in between.
    const made = account ? hasMade(await tasks(), account) : false;
    if (account || !patient || Date.now() - quiet > paced(LAG_MS)) return { account, made, redisAccountId };
    await cloud.pause(LOOK_MS, 'what became of a request whose answer was lost');
  }
}
