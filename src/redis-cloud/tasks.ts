import { log } from '../log.ts';
import type { RedisCloud } from './client.ts';
import { absent, kindOf, RedisCloudError, readError } from './errors.ts';
import { backoff, LAG_MS, paced } from './pace.ts';
import { type Book, type Registration, write } from './registration.ts';

/** A task, as far as it concerns us. */
export interface Task {
  taskId: string;
  commandType?: string;
  status: string;
  timestamp?: string;
  response?: { resourceId?: number; error?: unknown };
}

/** Whether a task can change no more. */
export const hasEnded = ({ status }: Task): boolean => /^processing-(completed|error)$/.test(status);

/** The id of the cloud account that a completed task is about, if it tells. */
export const resourceOf = ({ response }: Task): number | undefined => response?.resourceId || undefined;

/** Sends a change, notes its task, and waits until Redis has carried it out. Throws and returns as `endOfTask` does. */
export async function carryOut(
  cloud: RedisCloud,
  book: Book,
  kind: NonNullable<Registration['task']>['kind'],
  ...request: Parameters<RedisCloud['send']>
): Promise<number | undefined> {
  const id = await cloud.send(...request);
  await write(book, { task: { id, kind } });
  return endOfTask(cloud, id);
}

/**
 * Waits until a task has ended; Redis works on one at a time for each of its accounts, so this can take long.
 *
 * @returns the id of the cloud account, if the task tells it
 * @throws RedisCloudError of the kind that the task ended with (`refused`), or TASK_UNKNOWN (`lost`)
 */
export async function endOfTask(cloud: RedisCloud, taskId: string): Promise<number | undefined> {
  const started = Date.now();
  for (let tries = 1; ; tries += 1) {
    const task = await absent(cloud.get<Task>(`/tasks/${taskId}`));
    const { status, response } = task ?? {};
    if (task && status === 'processing-completed') return resourceOf(task);
    if (status === 'processing-error') {
      const { type = 'UNKNOWN_ERROR', words } = readError(response?.error);
      log({ redisCloud: `task ${taskId}`, taskId, outcome: type });
      const what = `Redis Cloud's task ${taskId} failed: ${words || 'no reason given'}.`;
      throw new RedisCloudError(kindOf(type), what, { taskId, refused: true });
    }
    // A task that was just made is not found for a while.
    if (!task && Date.now() - started > paced(LAG_MS))
      throw new RedisCloudError('TASK_UNKNOWN', `Redis Cloud knows no task ${taskId}.`, {
        taskId,
        lost: true,
      });
    const most = status === 'received' ? 60_000 : 10_000;
    await cloud.pause(backoff(tries, 2000, most), `task ${taskId} is ${status ?? 'not shown yet'}`);
  }
}
