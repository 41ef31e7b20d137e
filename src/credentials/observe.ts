import { type Aws, sleep } from '../aws/clients.ts';
import type { DesiredSecret, DesiredUser } from '../bundle/bundle.ts';
import { type AccessKey, listAccessKeys } from '../iam/access-key.ts';
import { hasLoginProfile } from '../iam/login-profile.ts';
import { CURRENT, type LiveSecret, staged, unlabelledVersions } from '../secret/secret.ts';
import { intendedSerial, strayKeys } from './intent.ts';
import { confirmStrays } from './orphans.ts';
import { type CredentialsPlan, type LiveCredentials, MAX_KEYS, planCredentials } from './plan.ts';

/**
 * The access key, the console password and the secret that holds both are one entity: the secret parts can be read
 * only while they are made, so what is not stored is lost.
 */

/**
 * Reads a user's credentials. Versions without a label are read only for keys that no labelled one holds.
 *
 * @param secretRead the secret, if it is there
 * @param inheritedRead the secret that held the credentials until now, if its name changes
 */
export async function observeCredentials(
  aws: Aws,
  userName: string,
  secretRead: Promise<LiveSecret | undefined>,
  inheritedRead: Promise<LiveSecret | undefined>,
): Promise<LiveCredentials> {
  const [listed, hasPassword, secret, inheritedSecret] = await Promise.all([
    listAccessKeys(aws, userName),
    hasLoginProfile(aws, userName),
    secretRead,
    inheritedRead,
  ]);
  const keys = listed ? await untilCurrentShows(aws, userName, listed, secret) : [];
  const inherited = inheritedSecret?.versions ?? [];
  const versions = [...(secret?.versions ?? [])];
  const unheld = () => {
    const held = [...versions, ...inherited].map(({ content }) => content.accessKeyId);
    return keys.filter(({ id }) => !held.includes(id));
  };
  if (secret?.readable && unheld().length > 0) versions.push(...(await unlabelledVersions(aws, secret)));
  const named = versions.map(({ content }) => content.previousAccessKeyId);
  const unknown = unheld().filter(({ id }) => !named.includes(id));
  const strays = secret ? strayKeys(secret, unknown).map(({ id }) => id) : [];
  return { keys, hasPassword, versions, inherited, strays, straySerial: intendedSerial(secret?.tags ?? {}) };
}

/** A version younger than this, in milliseconds, may hold a key that lists do not show yet; how often they are read again. */
const YOUNG = 60_000;
const LISTS = 4;
const LIST_INTERVAL = 1500;

/** The keys, with the current one among them if it only takes a moment to show: it is not believed to be gone at once. */
async function untilCurrentShows(
  aws: Aws,
  userName: string,
  listed: AccessKey[],
  secret: LiveSecret | undefined,
): Promise<AccessKey[]> {
  const { content, createdDate } = staged(secret?.versions ?? [], CURRENT) ?? {};
  const young = createdDate !== undefined && Date.now() - createdDate.getTime() < YOUNG;
  let keys = listed;
  const isMissing = () =>
    content?.accessKeyId !== undefined && !keys.some(({ id }) => id === content.accessKeyId);
  for (let lists = 1; young && isMissing() && lists < LISTS; lists += 1) {
    await sleep(LIST_INTERVAL, aws.signal);
    keys = (await listAccessKeys(aws, userName)) ?? [];
  }
  return keys;
}

/** Plans the credentials and has suspects confirmed or cleared first. */
export async function settleCredentials(
  aws: Aws,
  user: DesiredUser,
  desired: DesiredSecret,
  live: LiveCredentials,
  readAgain: () => Promise<LiveCredentials>,
): Promise<{ live: LiveCredentials; plan: CredentialsPlan }> {
  if (live.strays.length === 0) return { live, plan: planCredentials(desired, user, live) };
  const suspects = live.strays;
  const strays = await confirmStrays(aws, user.name, desired.name, ({ id }) => suspects.includes(id), true);
  const settled = { ...(await readAgain()), strays };
  return { live: settled, plan: planCredentials(desired, user, settled) };
}

/** What stands in the way of the plan, as a sentence for the user. */
export function obstacleToCredentials(
  userName: string,
  { keys }: LiveCredentials,
  { keyFrom, retire, foreign }: CredentialsPlan,
): string | undefined {
  return keyFrom || keys.length - retire.length < MAX_KEYS ? undefined : noRoom(userName, foreign);
}

export const noRoom = (userName: string, ids: string[]) =>
  `The user "${userName}" needs a new access key, but IAM allows ${MAX_KEYS} and these were not made by this bundle ` +
  `(or are no longer in its secret): ${ids.join(', ')}. None was deleted. Find out which are in use, delete one that ` +
  'is not, then try again.';

/** What the user should know about credentials that are left as they are. */
export function warningsOn(userName: string, { keyFrom, foreign, inactive }: CredentialsPlan): string[] {
  return [
    ...(foreign.length > 0
      ? [
          `The user "${userName}" has access keys that this bundle did not make: ${foreign.join(', ')}. They were left.`,
        ]
      : []),
    ...(inactive
      ? [
          `The access key ${keyFrom?.content.accessKeyId} was set inactive by somebody. It was left so; raise AccessKeySerial for a new one.`,
        ]
      : []),
  ];
}
