import type { RedisCloud } from './client.ts';
import { hasGone, listCloudAccounts } from './cloud-account.ts';
import { isRedisError, RedisCloudError } from './errors.ts';
import { idOf } from './hand-over.ts';
import { lookFor } from './look.ts';
import { LAG_MS, LOOK_MS, paced } from './pace.ts';
import { type Book, keysAtRedis, write } from './registration.ts';
import { retries } from './retries.ts';
import { carryOut, endOfTask } from './tasks.ts';
import { isOurs } from './whose.ts';

/**
 * Deletes the bundle's cloud account, also one that a run has asked for and never seen, and resolves when Redis does not
 * show it any more.
 *
 * @throws RedisCloudError USED if subscriptions use it; nothing has changed then
 */
export async function deregister(cloud: RedisCloud, book: Book): Promise<void> {
  if (!book.now.cloudAccountId && !(await findLost(cloud, book))) return book.save(undefined);
  const id = idOf(book.now);
  const { accounts } = await listCloudAccounts(cloud, book.now);
  // A replica that is behind does not show a new cloud account.
  const believedFrom = accounts.some((one) => one.id === id) ? 0 : Date.now() + paced(LAG_MS);
  const retry = retries(cloud);
  for (;;) {
    try {
      // Without an id it says that a deletion may be under way.
      if (book.now.task?.kind !== 'delete') await write(book, { task: { id: '', kind: 'delete' } });
      await carryOut(cloud, book, 'delete', 'DELETE', `/cloud-accounts/${id}`);
      break;
    } catch (error) {
      if (!isRedisError(error, 'NOT_FOUND')) {
        if (isRedisError(error) && error.refused) await write(book, { task: undefined });
        await retry(error);
      } else if (Date.now() >= believedFrom) break;
      else await cloud.pause(LOOK_MS, `the cloud account ${id} is not shown`);
    }
  }
  await hasGone(cloud, id, believedFrom);
  return book.save(undefined);
}

/** Finds what a POST without a known answer has made. */
async function findLost(cloud: RedisCloud, book: Book): Promise<boolean> {
  const { intent, task } = book.now;
  if (!intent) return false;
  let completed = false;
  let cloudAccountId: number | undefined;
  if (task) {
    try {
      cloudAccountId = await endOfTask(cloud, task.id);
      completed = true;
    } catch (error) {
      if (!isRedisError(error) || !(error.lost || error.refused)) throw error;
    }
  }
  if (!cloudAccountId) {
    const { account, made } = await lookFor(cloud, [intent.name], book.now, true);
    if (!account) return false;
    const ours = isOurs(account, { userArn: '', keyIds: keysAtRedis(book.now) }) ?? (completed || made);
    if (ours === undefined)
      throw new RedisCloudError(
        'UNSURE',
        `The cloud account "${account.name}" (id ${account.id}) may be this bundle's.`,
      );
    if (!ours) return false;
    cloudAccountId = account.id;
  }
  await write(book, { cloudAccountId });
  return true;
}
