import type { RedisCloud } from './client.ts';
import { hasGone, listCloudAccounts } from './cloud-account.ts';
import { isRedisError, RedisCloudError } from './errors.ts';
import { findMade } from './find-made.ts';
import { handOver } from './hand-over.ts';
import {
  type Book,
  bodyOf,
  type CloudAccountFields,
  intentOf,
  keysAtRedis,
  sentOf,
  write,
} from './registration.ts';
import { retries } from './retries.ts';
import { carryOut } from './tasks.ts';

/**
 * Makes the cloud account, or goes on where a run before has stopped, and resolves when Redis says that it is active with
 * the key.
 *
 * @throws RedisCloudError; what is known by then stands in the ledger
 */
export async function register(cloud: RedisCloud, fields: CloudAccountFields, book: Book): Promise<void> {
  const { cloudAccountId } = book.now;
  if (cloudAccountId) {
    try {
      return await handOver(cloud, fields, book);
    } catch (error) {
      if (!isRedisError(error, 'NOT_FOUND')) throw error;
    }
    // Somebody has deleted it.
    await hasGone(cloud, cloudAccountId);
    await book.save({ redisAccountId: book.now.redisAccountId });
  }
  await create(cloud, fields, book);
  return handOver(cloud, fields, book);
}

/** Resolves when the ledger has the id of the cloud account: never two of them, whatever is lost on the way. */
async function create(cloud: RedisCloud, fields: CloudAccountFields, book: Book): Promise<void> {
  const body = { ...bodyOf(fields), provider: 'AWS' };
  const retry = retries(cloud);
  // A POST of ours whose fate is not known may have made it.
  let lost = Boolean(book.now.intent);
  for (;;) {
    if (lost && (await find(cloud, fields, book, lost))) return;
    try {
      const { redisAccountId } = await listCloudAccounts(cloud, book.now);
      await write(book, { redisAccountId, intent: intentOf(fields, book.now), task: undefined });
      const cloudAccountId = await carryOut(cloud, book, 'create', 'POST', '/cloud-accounts', body);
      if (cloudAccountId)
        return await write(book, { ...sentOf(fields), cloudAccountId, intent: undefined, task: undefined });
      // The task does not tell the id, the list does.
      lost = true;
    } catch (error) {
      if (!isRedisError(error)) throw error;
      const taken = ['NAME_EXISTS', 'ACCESS_KEY_EXISTS'].includes(error.kind);
      // A task that failed may have left something behind, which a Delete looks for; a refused request has not.
      if (!lost && error.refused && (taken || !error.taskId))
        await write(book, { intent: undefined, task: undefined });
      if (taken && (await find(cloud, fields, book, lost))) return;
      // Redis does not say what it has made before an error that it cannot explain.
      lost ||= error.lost || error.kind === 'GENERAL_ERROR';
      await retry(error);
    }
  }
}

/**
 * Looks for what an earlier POST may have made.
 *
 * @returns whether it is there, and in the ledger; which key it has is not known then
 * @throws RedisCloudError NAME_EXISTS if it is somebody else's
 */
async function find(
  cloud: RedisCloud,
  fields: CloudAccountFields,
  book: Book,
  lost: boolean,
): Promise<boolean> {
  const name = book.now.intent?.name ?? fields.name;
  const keyIds = [fields.accessKeyId, ...keysAtRedis(book.now)];
  const found = await findMade(cloud, book.now, { name, userArn: fields.userArn, keyIds, lost });
  if (!found) return false;
  if (!found.ours)
    throw new RedisCloudError(
      'NAME_EXISTS',
      `The cloud account "${name}" (id ${found.id}) is not this bundle's.`,
    );
  await write(book, { cloudAccountId: found.id, task: undefined });
  return true;
}
