import type { RedisCloud } from './client.ts';
import {
  type CloudAccount,
  listCloudAccounts,
  phaseOf,
  REDIS_OWN_ID,
  settled,
  showsKey,
} from './cloud-account.ts';
import { isRedisError, RedisCloudError } from './errors.ts';
import { LAG_MS, LOOK_MS, paced } from './pace.ts';
import {
  type Book,
  bodyOf,
  type CloudAccountFields,
  intentOf,
  isSame,
  type Registration,
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
  // A PUT with a key that is not seen in force may have been carried out all the same.
  let unsure = Boolean(book.now.intent);
  // That a deletion may be under way holds until a PUT has come after it.
  const deletion = book.now.task?.kind === 'delete' ? book.now.task : undefined;
  for (;;) {
    try {
      const account = await settled(cloud, id);
      if (!hasAlready(account, book, fields)) {
        await write(book, { intent: intentOf('update', fields, book.now), task: deletion });
        await carryOut(cloud, book, 'update', 'PUT', `/cloud-accounts/${id}`, bodyOf(fields));
        await inForce(cloud, account, fields, unsure);
      } else if (!book.now.intent && !book.now.released) return;
      const ended = { intent: undefined, task: undefined, released: undefined };
      return await write(book, { ...sentOf(fields), redisAccountId, ...ended });
    } catch (error) {
      unsure ||= isRedisError(error) && error.lost;
      await retry(error).catch((last: unknown) => giveUp(cloud, id, book, { error: last, unsure, deletion }));
    }
  }
}

/** Whether nothing has to be sent. What was sent by PUT and not seen in force, or what a deletion may follow, is sent again. */
function hasAlready(account: CloudAccount, { now }: Book, fields: CloudAccountFields): boolean {
  const sent = now.intent?.kind === 'update' ? undefined : (now.intent ?? now);
  return (
    phaseOf(account) === 'active' &&
    now.task?.kind !== 'delete' &&
    account.name === fields.name &&
    isSame(sent, fields) &&
    showsKey(account.accessKeyId, fields.accessKeyId) !== false
  );
}

/**
 * Resolves when a cloud account is active with these fields. Where nothing that changed is shown, and for an error that
 * may be that of before, or where two PUTs may be under way, the replica must have caught up first.
 */
async function inForce(
  cloud: RedisCloud,
  before: CloudAccount,
  fields: CloudAccountFields,
  unsure: boolean,
): Promise<void> {
  const { id } = before;
  const started = Date.now();
  const tells =
    !unsure && (before.name !== fields.name || showsKey(before.accessKeyId, fields.accessKeyId) === false);
  for (;;) {
    const account = await settled(cloud, id);
    const shown = account.name === fields.name && showsKey(account.accessKeyId, fields.accessKeyId) !== false;
    const active = phaseOf(account) === 'active';
    const late = Date.now() - started > paced(LAG_MS);
    if (active && shown && (tells || late)) return;
    if (late)
      throw active
        ? new RedisCloudError('KEY_NOT_SHOWN', `The cloud account ${id} does not show the new access key.`)
        : new RedisCloudError('ACTIVE_ERROR', `The cloud account ${id} is in the state ${account.status}.`);
    await cloud.pause(LOOK_MS, `the cloud account ${id} does not show the new access key yet`);
  }
}

/**
 * Ends the intent if Redis has refused it and goes on with what it had. It stands if that cannot be told, above all while
 * an earlier PUT (`unsure`) may be under way.
 */
async function giveUp(
  cloud: RedisCloud,
  id: number,
  book: Book,
  { error, unsure, deletion }: { error: unknown; unsure: boolean; deletion: Registration['task'] },
): Promise<never> {
  if (!unsure && isRedisError(error) && error.refused && error.kind !== 'NOT_FOUND') {
    const account = await settled(cloud, id).catch(() => undefined);
    if (account && phaseOf(account) === 'active') await write(book, { intent: undefined, task: deletion });
  }
  throw error;
}

/** The id of the bundle's cloud account. Redis's own is never touched. */
export function idOf({ cloudAccountId }: Book['now']): number {
  if (!cloudAccountId || cloudAccountId === REDIS_OWN_ID)
    throw new RedisCloudError('NOT_FOUND', 'No cloud account of the bundle is known.');
  return cloudAccountId;
}
