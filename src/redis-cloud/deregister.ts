import type { RedisCloud } from './client.ts';
import { hasGone, listCloudAccounts, whenShown } from './cloud-account.ts';
import { isRedisError, RedisCloudError } from './errors.ts';
import { findMade } from './find-made.ts';
import { type Book, idOf, keysAtRedis, write } from './registration.ts';
import { retries } from './retries.ts';
import { carryOut } from './tasks.ts';

/**
 * Deletes the bundle's cloud account, also one that a run has asked for and never seen, and resolves when Redis does not
 * show it any more.
 *
 * @throws RedisCloudError USED if subscriptions use it; nothing has changed then
 */
export async function deregister(cloud: RedisCloud, book: Book): Promise<void> {
  if (!book.now.cloudAccountId && !(await findLost(cloud, book))) return book.save(undefined);
  const id = idOf(book.now);
  // An API key of another Redis account would show nothing, and a replica that is behind does not show what is new.
  await listCloudAccounts(cloud, book.now);
  if (await whenShown(cloud, id)) await remove(cloud, book, id);
  return book.save(undefined);
}

async function remove(cloud: RedisCloud, book: Book, id: number): Promise<void> {
  const retry = retries(cloud);
  // Without an id it says that a deletion may be under way.
  await write(book, { task: { id: '', kind: 'delete' } });
  for (;;) {
    try {
      await carryOut(cloud, book, 'delete', 'DELETE', `/cloud-accounts/${id}`);
      return await hasGone(cloud, id);
    } catch (error) {
      if (isRedisError(error, 'NOT_FOUND')) return await hasGone(cloud, id);
      await retry(error);
    }
  }
}

/** Finds what a POST without a known answer has made. */
async function findLost(cloud: RedisCloud, book: Book): Promise<boolean> {
  const { intent } = book.now;
  if (!intent) return false;
  const wanted = { name: intent.name, userArn: '', keyIds: keysAtRedis(book.now), lost: true };
  const found = await findMade(cloud, book.now, wanted);
  if (!found || found.ours === false) return false;
  if (found.ours === undefined)
    throw new RedisCloudError(
      'UNSURE',
      `The cloud account "${intent.name}" (id ${found.id}) may be this bundle's.`,
    );
  await write(book, { cloudAccountId: found.id });
  return true;
}
