import { type Aws, together } from './aws.ts';
import type { Bundle } from './bundle.ts';
import type { Removal } from './entities/removal.ts';
import { deleteSecret } from './entities/secret-removal.ts';
import type { Step } from './entity.ts';
import { BlockedError, LeftoversError } from './errors.ts';
import { type Found, look } from './found.ts';
import { refuseIfInUse } from './in-use.ts';
import { createSecret } from './secret-claim.ts';
import { BUNDLE_TAG, type Tags } from './tags.ts';

export interface RemovalOptions {
  /** 7 to 30 days in which the secret can be restored, or 0. */
  recoveryDays: number;
  /** Refuse while the credentials are in use. */
  protect: boolean;
  /**
   * Tags for a secret that stands in for one that is not there yet, so that a Create which is still on its way finds
   * that it was cancelled; undefined: none is made.
   */
  cancelled?: Tags | undefined;
  /** What was made a moment ago, as `user "redislabs-user"`: it is looked for until it shows. */
  made?: Set<string>;
}

/** The days for which the tombstone of a cancelled Create is kept: the fewest that Secrets Manager knows. */
const TOMBSTONE_DAYS = 7;

/**
 * Removes whatever carries the bundle's id, and nothing else. Credentials die first; what fails does not stop the rest.
 *
 * @param bundle tells the names to look for
 * @throws BlockedError if the bundle is in use; nothing was changed then
 * @throws LeftoversError if something is left
 */
export async function remove(aws: Aws, bundle: Bundle, options: RemovalOptions): Promise<void> {
  const found = await look(aws, bundle, options);
  if (options.protect) await refuseIfInUse(aws, found);

  const left = new Map<string, unknown[]>();
  const run = (what: string, steps: Step[]) =>
    steps.map(async (step) => {
      try {
        await step();
      } catch (error) {
        left.set(what, [...(left.get(what) ?? []), error]);
      }
    });
  const phase = (pick: (removal: Removal) => Step[]) =>
    together(found.removals.flatMap((removal) => run(removal.what, pick(removal))));
  // AWS refuses to delete what something still hangs on, so a failure before this need not be the last word.
  const drop = ({ what, drop: deleteIt }: Removal): Step[] =>
    left.get(what)?.some((error) => error instanceof BlockedError)
      ? []
      : [
          async () => {
            await deleteIt();
            left.delete(what);
          },
        ];

  await together(run(`secret "${bundle.secret.name}"`, fence(aws, bundle, found, options)));
  await phase(({ kill }) => kill);
  await phase(({ strip }) => strip);
  await phase((removal) => (removal.last ? [] : drop(removal)));
  await phase((removal) => (removal.last ? drop(removal) : []));

  if (left.size > 0)
    throw new LeftoversError([...left].map(([what, errors]) => `${what} (${reasons(errors)})`));
}

/** What forbids it, all of it; else the first failure, which is the cause of those after it. */
function reasons(errors: unknown[]): string {
  const forbidden = errors.filter((error) => error instanceof BlockedError);
  return (forbidden.length > 0 ? forbidden : errors.slice(0, 1))
    .map((error) => (error as Error).message)
    .join(' ');
}

/**
 * The secret goes first: a Create that is still under way fails at its next write to it. Where a Create was cancelled
 * before it had a secret, one is left that is scheduled for deletion and says so.
 */
function fence(aws: Aws, bundle: Bundle, { secret }: Found, { cancelled }: RemovalOptions): Step[] {
  if (secret && 'error' in secret) return [];
  if (secret) return secret.tags[BUNDLE_TAG] === bundle.id && !secret.scheduled ? [() => secret.drop()] : [];
  if (!cancelled) return [];
  return [
    async () => {
      const { name, fixed } = bundle.secret;
      const tombstone = { ...bundle.secret, fixed, kmsKeyArn: '', replicaRegions: [] };
      await createSecret(aws, bundle.id, tombstone, { ...bundle.tags, ...cancelled });
      await deleteSecret(aws, name, TOMBSTONE_DAYS);
    },
  ];
}
