import type { RedisCloud } from './client.ts';
import { type CloudAccount, listCloudAccounts, phaseOf } from './cloud-account.ts';
import { absent } from './errors.ts';
import type { Registration } from './registration.ts';
import { type Identity, isOfAwsAccount, isOurs } from './whose.ts';

/** What Redis shows. */
export interface ObservedCloudAccount {
  /** The bundle's own. */
  account?: CloudAccount;
  /** Another one that has the wanted name, in whatever case. */
  byName?: CloudAccount;
  /** What stands in the way, in words; undefined: nothing does. */
  conflict?: string;
  /** `byName` says that it is of this AWS account: may be adopted, if that is asked for. */
  adoptable: boolean;
}

/** Looks whether the bundle's cloud account is there, and whether another one has the wanted name. */
export async function observeCloudAccount(
  cloud: RedisCloud,
  name: string,
  registration: Registration | undefined,
  identity: Identity,
): Promise<ObservedCloudAccount> {
  const { accounts } = await listCloudAccounts(cloud, registration);
  const { cloudAccountId, intent } = registration ?? {};
  // An id says for certain which one; without it, what a run that died may have made is looked for by its name and key.
  const account = cloudAccountId
    ? (accounts.find(({ id }) => id === cloudAccountId) ??
      (await absent(cloud.get<CloudAccount>(`/cloud-accounts/${cloudAccountId}`))))
    : accounts.find((one) => intent?.name === one.name && isOurs(one, identity) !== false);
  const byName = accounts.find(
    (one) =>
      one.id !== account?.id && one.name.toLowerCase() === name.toLowerCase() && phaseOf(one) !== 'gone',
  );
  const adoptable = byName?.name === name && isOfAwsAccount(byName, identity);
  return {
    ...(account && { account }),
    ...(byName && { byName, conflict: conflictOf(byName, name, adoptable) }),
    adoptable,
  };
}

function conflictOf({ id, name }: CloudAccount, wanted: string, adoptable: boolean): string {
  const there = `The cloud account "${name}" (id ${id}) exists already at Redis Cloud and was not made by this bundle; it was not touched.`;
  if (name !== wanted)
    return `${there} Its name differs from "${wanted}" in case only: set another CloudAccountName.`;
  return adoptable
    ? `${there} Set another CloudAccountName, delete it, or take it over with ExistingEntities=Adopt.`
    : `${there} Nothing says that it is of this AWS account, so it cannot be adopted: set another CloudAccountName, or delete it.`;
}
