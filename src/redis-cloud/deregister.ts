import type { RedisCloud } from './client.ts';
import { type CloudAccount, listCloudAccounts, phaseOf } from './cloud-account.ts';
import { absent, isRedisError } from './errors.ts';
import { idOf } from './hand-over.ts';
import { lookFor } from './look.ts';
import { LAG_MS, LOOK_MS, paced } from './pace.ts';
import { type Book, keysAtRedis, openBook, type Registration, type Save } from './registration.ts';
import { retries } from './retries.ts';
import { endOfTask } from './tasks.ts';
import { isOurs } from './whose.ts';

/**
 * Deletes the bundle's cloud account, also one that a run has asked for and never seen, and resolves when Redis does not
 * show it any more.
 *
 * @throws RedisCloudError USED if subscriptions use it; nothing has changed then
 */
export async function deregister(
  cloud: RedisCloud,
  registration: Registration | undefined,
  save: Save,
): Promise<void> {
  const book = openBook(registration, save);
  if (!book.now.cloudAccountId && !(await findLost(cloud, book))) return save(undefined);
  const id = idOf(book.now);
  await listCloudAccounts(cloud, book.now);
  const path = `/cloud-accounts/${id}`;
  const started = Date.now();
  const retry = retries(cloud);
  for (;;) {
    try {
      const task = await cloud.send('DELETE', path);
      await book.write({ task: { id: task, kind: 'delete' } });
      await endOfTask(cloud, task);
      break;
    } catch (error) {
      if (!isRedisError(error, 'NOT_FOUND')) {
        if (isRedisError(error) && error.refused) await book.write({ task: undefined });
        await retry(error);
      }
      // A replica that is behind does not show a new cloud account; one whose deletion was accepted is gone.
      else if (book.now.task?.kind === 'delete' || Date.now() - started > paced(LAG_MS)) break;
      else await cloud.pause(LOOK_MS, `the cloud account ${id} is not shown`);
    }
  }
  for (;;) {
    const account = await absent(cloud.get<CloudAccount>(path));
    if (!account || phaseOf(account) === 'gone') return save(undefined);
    await cloud.pause(LOOK_MS, `the cloud account ${id} is ${account.status}`);
  }
}

/** Finds what a POST without a known answer has made. */
async function findLost(cloud: RedisCloud, book: Book): Promise<boolean> {
  const { intent, task } = book.now;
  if (!intent) return false;
  let cloudAccountId: number | undefined;
  if (task) {
    cloudAccountId = await endOfTask(cloud, task.id).catch((error: unknown) => {
      if (isRedisError(error) && (error.lost || error.refused)) return undefined;
      throw error;
    });
  }
  if (!cloudAccountId) {
    const { account, made } = await lookFor(cloud, [intent.name], book.now, true);
    const keyIds = keysAtRedis(book.now);
    if (account && (isOurs({ ...account, awsUserArn: '' }, { accountId: '', userArn: '', keyIds }) ?? made))
      cloudAccountId = account.id;
  }
  if (cloudAccountId) await book.write({ cloudAccountId });
  return Boolean(cloudAccountId);
}
