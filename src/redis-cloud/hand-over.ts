import type { RedisCloud } from './client.ts';
import { type CloudAccount, listCloudAccounts, settled, showsKey } from './cloud-account.ts';
import { isRedisError, RedisCloudError } from './errors.ts';
import { LAG_MS, LOOK_MS, paced } from './pace.ts';
import {
  type Book,
  bodyOf,
  type CloudAccountFields,
  idOf,
  intentOf,
  isSame,
  sentOf,
  write,
} from './registration.ts';
import { retries } from './retries.ts';
import { carryOut } from './tasks.ts';

/**
 * Brings the cloud account to these fields: gives Redis the key, the password and the name if it does not have them, and
 * resolves when it is active with them. If Redis refuses, the ledger still names the key that Redis had; if nobody knows,
 * it names both (`keysAtRedis`).
 */
export async function handOver(cloud: RedisCloud, fields: CloudAccountFields, book: Book): Promise<void> {
  const id = idOf(book.now);
  const { redisAccountId } = await listCloudAccounts(cloud, book.now);
  const retry = retries(cloud);
  // A PUT that is not seen in force may be carried out still.
  let unsure = Boolean(book.now.intent);
  for (;;) {
    try {
      const account = await settled(cloud, id);
      if (isCertain(book, fields) && account.status === 'active' && shows(account, fields)) return;
      await write(book, { intent: intentOf(fields, book.now) });
      await carryOut(cloud, book, 'update', 'PUT', `/cloud-accounts/${id}`, bodyOf(fields));
      const isNew = !unsure && !isSame(book.now, fields) && !shows(account, fields);
      await inForce(cloud, id, fields, isNew);
      const ended = { intent: undefined, task: undefined, released: undefined };
      return await write(book, { ...sentOf(fields), redisAccountId, ...ended });
    } catch (error) {
      unsure ||= isRedisError(error) && error.lost;
      await retry(error).catch(async (last: unknown) => {
        if (!unsure && (await goesOnAsBefore(cloud, id, last))) await write(book, { intent: undefined });
        throw last;
      });
    }
  }
}

/** Whether Redis has got these fields, nothing that comes after them may be under way, and nobody else has had it since. */
const isCertain = ({ now }: Book, fields: CloudAccountFields): boolean =>
  isSame(now, fields) && !now.intent && now.task?.kind !== 'delete' && !now.released;

const shows = (account: CloudAccount, { name, accessKeyId }: CloudAccountFields): boolean =>
  account.name === name && showsKey(account.accessKeyId, accessKeyId) !== false;

/**
 * Resolves when a cloud account is active with these fields.
 *
 * @param tells whether these fields are shown by no moment before: otherwise the replica must have caught up first, and
 * always for an error, which may be that of before
 */
async function inForce(
  cloud: RedisCloud,
  id: number,
  fields: CloudAccountFields,
  tells: boolean,
): Promise<void> {
  const started = Date.now();
  for (;;) {
    const account = await settled(cloud, id);
    const active = account.status === 'active';
    const late = Date.now() - started > paced(LAG_MS);
    if (active && shows(account, fields) && (tells || late)) return;
    if (late)
      throw active
        ? new RedisCloudError('KEY_NOT_SHOWN', `The cloud account ${id} does not show the new access key.`)
        : new RedisCloudError('ACTIVE_ERROR', `The cloud account ${id} is in the state ${account.status}.`);
    await cloud.pause(LOOK_MS, `the cloud account ${id} does not show the new access key yet`);
  }
}

/** Whether Redis has refused a PUT and is seen to go on with what it had. */
async function goesOnAsBefore(cloud: RedisCloud, id: number, error: unknown): Promise<boolean> {
  if (!isRedisError(error) || !error.refused) return false;
  const account = await settled(cloud, id).catch(() => undefined);
  return account?.status === 'active';
}
