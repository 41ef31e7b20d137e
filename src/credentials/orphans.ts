import { type Aws, sleep } from '../aws/clients.ts';
import { type AccessKey, isInService, listAccessKeys } from '../iam/access-key.ts';
import { observeSecret } from '../secret/secret.ts';

/** How long a key that nobody has stored is watched before it counts as left behind, and how often, in milliseconds. */
export const WATCH = { reads: 4, interval: 3400 };
/**
 * Tells the keys that a dead run left behind from those of a run that is still about to store its own, and from keys
 * that somebody made by hand and uses.
 *
 * @returns ids that may be deleted
 */
export async function confirmStrays(
  aws: Aws,
  userName: string,
  secretName: string,
  isSuspect: (key: AccessKey) => boolean,
  atOnce: boolean,
): Promise<string[]> {
  let strays: string[] = [];
  for (let read = 1; read <= WATCH.reads; read += 1) {
    const keys = ((await listAccessKeys(aws, userName)) ?? []).filter(isSuspect);
    const secret = keys.length > 0 ? await observeSecret(aws, secretName, () => true) : undefined;
    const stored = secret?.versions.map(({ content }) => content.accessKeyId) ?? [];
    strays = keys.map(({ id }) => id).filter((id) => !stored.includes(id));
    if (atOnce && strays.length === 0) return [];
    if (read < WATCH.reads) await sleep(WATCH.interval, aws.signal);
  }
  const used = await Promise.all(strays.map((id) => isInService(aws, id)));
  return strays.filter((_, index) => !used[index]);
}
