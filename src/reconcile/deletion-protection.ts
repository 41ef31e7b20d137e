import { type Aws, together } from '../aws/clients.ts';
import { BlockedError, DeadlineError } from '../errors.ts';
import { lastUse } from '../iam/access-key.ts';
import type { Found } from './found.ts';

/** What counts as in use, in milliseconds: a day. */
const IN_USE = 86_400_000;
/** A key that is younger than this, in milliseconds, has hardly reached Redis: the Create that made it may still run. */
const YOUNG = 900_000;

/**
 * Refuses to delete what Redis works with.
 *
 * @throws BlockedError naming what was used when, and how to delete it all the same
 */
export async function refuseIfInUse(aws: Aws, { keys, roleLastUsed }: Found): Promise<void> {
  const since = Date.now() - IN_USE;
  const inUse: string[] = [];
  await together(
    keys.map(async ({ id, createDate }) => {
      try {
        const use = await lastUse(aws, id);
        if (use && use.service !== 'sts' && use.date.getTime() > since)
          inUse.push(`access key ${id} (for ${use.service} in ${use.region}, ${use.date.toISOString()})`);
      } catch (error) {
        if (error instanceof DeadlineError) throw error;
        if (Date.now() - createDate.getTime() > YOUNG)
          inUse.push(`perhaps access key ${id} (${(error as Error).message})`);
      }
    }),
  );
  if (roleLastUsed && roleLastUsed.getTime() > since)
    inUse.push(`the instance role (by running nodes, ${roleLastUsed.toISOString()})`);
  if (inUse.length === 0) return;
  throw new BlockedError([
    `Redis has used this access in the last 24 hours: ${inUse.join('; ')}. Nothing was deleted, since that would cut ` +
      'running databases off. Remove the subscriptions and the cloud account in Redis Cloud first. To delete all the same, ' +
      'update the stack with DeletionProtection=Off, then delete it again.',
  ]);
}
