import type { RedisCloud } from './client.ts';
import { type CloudAccount, listCloudAccounts, showsKey } from './cloud-account.ts';
import type { Registration } from './registration.ts';

/** Who the bundle is at AWS, for telling whose a cloud account is. */
export interface Identity {
  /** Of the bundle's user; empty if it is not known. */
  userArn: string;
  /** The access keys that the bundle has or had. */
  keyIds: string[];
}

/** Whether something that the API shows names an AWS account: its user, its sign-in address, or a key of ours. */
export function isOfAwsAccount(account: CloudAccount, accountId: string, keyIds: string[]): boolean {
  const { awsUserArn, signInLoginUrl, accessKeyId } = account;
  if (awsUserArn) return awsUserArn.split(':')[4] === accountId;
  const [, urlAccount] = /^https:\/\/(\d{12})\./.exec(signInLoginUrl ?? '') ?? [];
  if (urlAccount) return urlAccount === accountId;
  return keyIds.some((id) => showsKey(accessKeyId, id));
}

/**
 * Whether a cloud account was made of the bundle's own user and key.
 *
 * @returns undefined if what is shown does not say
 */
export function isOurs({ awsUserArn, accessKeyId }: CloudAccount, identity: Identity): boolean | undefined {
  const { userArn, keyIds } = identity;
  const fits = keyIds.map((id) => showsKey(accessKeyId, id));
  if (fits.includes(true)) return true;
  if (awsUserArn && userArn) return awsUserArn === userArn;
  return fits.includes(undefined) ? undefined : false;
}

/** A cloud account of the wanted name, in whatever case, that is not the bundle's. */
export interface NameTaken {
  account: CloudAccount;
  /** It says that it is of this AWS account: may be adopted, if that is asked for. */
  isAdoptable: boolean;
  /** What stands in the way, in words. */
  conflict: string;
}

/** Looks whether a cloud account that is not the bundle's own has the wanted name. */
export async function findNameTaken(
  cloud: RedisCloud,
  name: string,
  registration: Registration | undefined,
  identity: Identity & { accountId: string },
): Promise<NameTaken | undefined> {
  const { accounts } = await listCloudAccounts(cloud, registration);
  const { cloudAccountId, intent } = registration ?? {};
  // An id says for certain which one; without it, what a run that died may have made is known by its name and key.
  const isOwn = (one: CloudAccount) =>
    cloudAccountId ? one.id === cloudAccountId : intent?.name === one.name && isOurs(one, identity) !== false;
  const account = accounts.find((one) => !isOwn(one) && one.name.toLowerCase() === name.toLowerCase());
  if (!account) return undefined;
  const isAdoptable = account.name === name && isOfAwsAccount(account, identity.accountId, identity.keyIds);
  return { account, isAdoptable, conflict: conflictOf(account, name, isAdoptable) };
}

function conflictOf({ id, name }: CloudAccount, wanted: string, adoptable: boolean): string {
  const there = `The cloud account "${name}" (id ${id}) exists already at Redis Cloud and was not made by this bundle; it was not touched.`;
  if (name !== wanted)
    return `${there} Its name differs from "${wanted}" in case only: set another CloudAccountName.`;
  return adoptable
    ? `${there} Set another CloudAccountName, delete it, or take it over with ExistingEntities=Adopt.`
    : `${there} Nothing says that it is of this AWS account, so it cannot be adopted: set another CloudAccountName, or delete it.`;
}
