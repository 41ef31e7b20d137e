import { log } from '../log.ts';
import type { RedisCloud } from './client.ts';
import { absent, RedisCloudError } from './errors.ts';
import { LAG_MS, LOOK_MS, paced } from './pace.ts';
import { idOf, REDIS_OWN_ID, type Registration } from './registration.ts';

/** A cloud account as the API shows it; what is optional is not always shown. */
export interface CloudAccount {
  id: number;
  name: string;
  status: string;
  /** Maybe masked. */
  accessKeyId?: string;
  signInLoginUrl?: string;
  awsUserArn?: string;
}

/** A cloud account that was deleted may be shown for a while. */
const isThere = ({ status }: CloudAccount): boolean => status !== 'deleted';

/**
 * All cloud accounts but Redis's own, and the Redis account that they are of.
 *
 * @throws RedisCloudError OTHER_ACCOUNT if that is not the one where the bundle is registered
 */
export async function listCloudAccounts(
  cloud: RedisCloud,
  registration?: Registration,
): Promise<{ accounts: CloudAccount[]; redisAccountId: number | undefined }> {
  const { accountId, cloudAccounts = [] } = await cloud.get<{
    accountId?: number;
    cloudAccounts?: CloudAccount[];
  }>('/cloud-accounts');
  const known = registration?.redisAccountId;
  if (known && accountId && known !== accountId)
    throw new RedisCloudError(
      'OTHER_ACCOUNT',
      `The API key is of the Redis account ${accountId}, but the bundle is registered in ${known}.`,
    );
  const accounts = cloudAccounts.filter((one) => one.id !== REDIS_OWN_ID && isThere(one));
  return { accounts, redisAccountId: accountId };
}

/** One cloud account; undefined: it is not there, or not shown yet. */
async function getCloudAccount(cloud: RedisCloud, id: number): Promise<CloudAccount | undefined> {
  const account = await absent(cloud.get<CloudAccount>(`/cloud-accounts/${id}`));
  return account && isThere(account) ? account : undefined;
}

/**
 * Whether a key is the one that is shown.
 *
 * @returns undefined if what is shown does not say: nothing, or a mask that fits
 */
export function showsKey(shown: string | undefined, keyId: string): boolean | undefined {
  if (!shown) return undefined;
  if (shown === keyId) return true;
  const [head = ''] = /^\w*/.exec(shown) ?? [];
  const [tail = ''] = /\w*$/.exec(shown) ?? [];
  return keyId.startsWith(head) && keyId.endsWith(tail) ? undefined : false;
}

/** Looks at a cloud account until what is shown will do. */
async function lookUntil(
  cloud: RedisCloud,
  id: number,
  isEnough: (account: CloudAccount | undefined) => boolean,
): Promise<CloudAccount | undefined> {
  for (;;) {
    const account = await getCloudAccount(cloud, id);
    if (isEnough(account)) return account;
    await cloud.pause(LOOK_MS, `the cloud account ${id} is ${account?.status ?? 'not shown yet'}`);
  }
}

/**
 * Waits until a cloud account is shown, and shown as wanted.
 *
 * @returns undefined if it is gone, which is believed when the replica must have caught up
 */
export function whenShown(
  cloud: RedisCloud,
  id: number,
  isEnough: (account: CloudAccount) => boolean = () => true,
): Promise<CloudAccount | undefined> {
  const believed = Date.now() + paced(LAG_MS);
  return lookUntil(cloud, id, (seen) => (seen ? isEnough(seen) : Date.now() > believed));
}

/**
 * Waits until nothing is under way at a cloud account.
 *
 * @throws RedisCloudError NOT_FOUND if it is gone
 */
export async function settled(cloud: RedisCloud, id: number): Promise<CloudAccount> {
  const account = await whenShown(cloud, id, ({ status }) => {
    if (/^(active|active-error|error)$/.test(status)) return true;
    if (!/^(change-|delete-)?(draft|pending)$|^deleting$/.test(status))
      log({ redisCloud: `cloud account ${id}`, unknownStatus: status });
    return false;
  });
  if (account) return account;
  throw new RedisCloudError('NOT_FOUND', `The cloud account ${id} is not there.`);
}

/** Resolves when a cloud account that was shown is not shown any more. */
export async function hasGone(cloud: RedisCloud, id: number): Promise<void> {
  await lookUntil(cloud, id, (account) => !account);
}

/** The bundle's cloud account as it is shown; undefined if it is gone. */
export async function findCloudAccount(
  cloud: RedisCloud,
  registration: Registration,
): Promise<CloudAccount | undefined> {
  await listCloudAccounts(cloud, registration);
  return getCloudAccount(cloud, idOf(registration));
}
