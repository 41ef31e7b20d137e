import type { RedisCloud } from './client.ts';
import { hasGone } from './cloud-account.ts';
import { isRedisError, RedisCloudError } from './errors.ts';
import { handOver } from './hand-over.ts';
import { lookFor } from './look.ts';
import { type Book, bodyOf, type CloudAccountFields, intentOf, keysAtRedis, write } from './registration.ts';
import { retries } from './retries.ts';
import { endOfTask } from './tasks.ts';
import { isOurs } from './whose.ts';

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
  let refusal: RedisCloudError | undefined;
  let completed = false;
  for (;;) {
    try {
      if (book.now.task) {
        const cloudAccountId = await endOfTask(cloud, book.now.task.id);
        if (cloudAccountId) return await write(book, { cloudAccountId, task: undefined });
        // The task does not tell the id, the list does.
        completed = true;
      }
      if (await find(cloud, fields, book, { lost, refusal, completed })) return;
      await write(book, { intent: intentOf('create', fields, book.now) });
      const id = await cloud.send('POST', '/cloud-accounts', body);
      await write(book, { task: { id, kind: 'create' } });
    } catch (error) {
      if (!isRedisError(error)) throw error;
      const taken = ['NAME_EXISTS', 'ACCESS_KEY_EXISTS'].includes(error.kind);
      if (taken && (refusal || !error.refused)) {
        if (!lost) await write(book, { intent: undefined });
        throw error;
      }
      if (!error.refused && !error.lost) throw error;
      // A task that failed may have left something behind, which a Delete looks for; a refused request has not.
      const nothing = !lost && !taken && error.refused && !error.taskId;
      await write(book, { task: undefined, ...(nothing && { intent: undefined }) });
      lost ||= error.lost || error.kind === 'GENERAL_ERROR';
      if (taken) refusal = error;
      else await retry(error);
    }
  }
}

/**
 * Looks for what an earlier POST may have made.
 *
 * @param refusal Redis says that the name or the key is taken: whoever has it shows in the list
 * @returns whether it is there, and in the ledger
 */
async function find(
  cloud: RedisCloud,
  fields: CloudAccountFields,
  book: Book,
  { lost, refusal, completed }: { lost: boolean; refusal: RedisCloudError | undefined; completed: boolean },
): Promise<boolean> {
  const { intent } = book.now;
  const patient = lost || completed || Boolean(refusal);
  const names = [fields.name, intent?.name];
  const { account, made, redisAccountId } = await lookFor(cloud, names, book.now, patient);
  if (account) {
    const keyIds = [fields.accessKeyId, ...keysAtRedis(book.now)];
    const isIts = isOurs(account, { userArn: fields.userArn, keyIds }) ?? (completed || (lost && made));
    if (!isIts)
      throw new RedisCloudError(
        'NAME_EXISTS',
        `The cloud account "${account.name}" (id ${account.id}) is not this bundle's.`,
      );
    // Who made it is known, and with which key is not if Redis has refused this one's POST.
    const sent = refusal && intent && { intent: { ...intent, kind: 'update' as const } };
    await write(book, { cloudAccountId: account.id, redisAccountId, task: undefined, ...sent });
    return true;
  }
  if (refusal) throw refusal;
  if (completed)
    throw new RedisCloudError(
      'TASK_UNKNOWN',
      `Redis Cloud has made the cloud account "${fields.name}" and does not show it.`,
    );
  if (redisAccountId !== book.now.redisAccountId) await write(book, { redisAccountId });
  return false;
}
