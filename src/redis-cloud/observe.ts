import type { RedisCloud } from './client.ts';
import { type CloudAccount, listCloudAccounts, phaseOf } from './cloud-account.ts';
import type { Registration } from './registration.ts';
import { type Identity, isOfAwsAccount, isOurs } from './whose.ts';

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
  const account = accounts.find(
    (one) => !isOwn(one) && one.name.toLowerCase() === name.toLowerCase() && phaseOf(one) !== 'gone',
  );
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
