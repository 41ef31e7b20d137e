import type { Aws } from '../aws/clients.ts';
import { together } from '../aws/patience.ts';
import { DELETE_TAG, type Tags, tagValue } from '../bundle/tags.ts';
import { endsAll, PreconditionError } from '../errors.ts';
import { IN_USE_MS, listAccessKeys, recentUse } from '../iam/access-key.ts';
import type { Target } from './delete.ts';

/** A key that is younger than this, in milliseconds, has hardly reached Redis: the Create that made it may still run. */
const YOUNG_MS = 900_000;

/** Whether a person has said, by a tag, that the next Delete is not to be refused. */
export function isSaidAnyway(targets: Target[]): boolean {
  const tagsOf = (kind: string) =>
    targets.filter(({ row }) => row.kind === kind).map(({ found }) => found.tags);
  const says = (tags: Tags | undefined) => tags !== undefined && tagValue(tags, DELETE_TAG) === 'anyway';
  const users = tagsOf('user');
  return users.some(says) || (!users.some(Boolean) && tagsOf('role').some(says));
}

/**
 * How to say so, as a whole sentence. A stack in `DELETE_FAILED` cannot be updated any more, so the word is given outside
 * of it.
 *
 * @param targets what is to go: the tag can be put only on what is there
 */
export function howToSayAnyway(targets: Target[]): string {
  const nameOf = (kind: string) => targets.find(({ row, found }) => row.kind === kind && found.tags)?.name;
  const [user, role] = [nameOf('user'), nameOf('role')];
  const command = user
    ? `aws iam tag-user --user-name ${user}`
    : `aws iam tag-role --role-name ${role ?? 'INSTANCE-ROLE'}`;
  const what = user ? 'user' : 'instance role';
  return (
    `To delete all the same, put the tag ${DELETE_TAG}=anyway on the ${what} ` +
    `(${command} --tags Key=${DELETE_TAG},Value=anyway), then delete the stack again.`
  );
}

/**
 * Refuses to delete what Redis works with: the instance role, and the access keys if their use counts.
 *
 * @throws PreconditionError naming what was used when, and how to delete it all the same; nothing was changed then
 */
export async function refuseIfInUse(
  aws: Aws,
  targets: Target[],
  { instanceRole, keysCount }: { instanceRole: string; keysCount: boolean },
): Promise<void> {
  const since = Date.now() - IN_USE_MS;
  const inUse: string[] = [];
  const counted = keysCount ? targets : [];
  const keys = counted.flatMap(({ name: user, found }) =>
    (found.keys ?? []).map((key) => ({ ...key, user })),
  );
  await together(
    keys.map(async ({ id, createDate, user }) => {
      try {
        const use = await recentUse(aws, id);
        if (use)
          inUse.push(`access key ${id} (for ${use.service} in ${use.region}, ${use.date.toISOString()})`);
      } catch (error) {
        if (endsAll(error)) throw error;
        // Of a key that somebody has deleted meanwhile AWS may say no more than that one may not ask.
        const listed = await listAccessKeys(aws, user).catch((reason) => {
          if (endsAll(reason)) throw reason;
          return [{ id }];
        });
        if (!listed.some((key) => key.id === id)) return;
        if (Date.now() - createDate.getTime() > YOUNG_MS)
          inUse.push(`perhaps access key ${id} (${(error as Error).message})`);
      }
    }),
  );
  for (const { row, name, found } of targets)
    if (row.kind === 'role' && name === instanceRole && found.lastUsed && found.lastUsed.getTime() > since)
      inUse.push(`the instance role ${name} (by running nodes, ${found.lastUsed.toISOString()})`);
  if (inUse.length === 0) return;
  throw new PreconditionError([
    `Redis has used this access in the last 24 hours: ${inUse.join('; ')}. Nothing was deleted, since that would cut ` +
      'running databases off. Remove the subscriptions and the cloud account in Redis Cloud first. ' +
      howToSayAnyway(targets),
  ]);
}
