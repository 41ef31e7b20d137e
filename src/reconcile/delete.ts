import { type Aws, codeOf, together } from '../aws/clients.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { BUNDLE_TAG, type Tags } from '../bundle/tags.ts';
import type { CustomResourceEvent } from '../cloudformation/event.ts';
import { BlockedError, LeftoversError, OvertakenError } from '../errors.ts';
import { isOutdated, requestKey, tellsOfCancellation } from '../ledger/history.ts';
import { log } from '../log.ts';
import type { Removal } from '../resource/deletion.ts';
import type { Step } from '../resource/resource.ts';
import { deleteSecret, TOMBSTONE_DAYS } from '../secret/delete.ts';
import { createTombstone, takeOverSecret } from '../secret/ensure.ts';
import { refuseIfInUse } from './deletion-protection.ts';
import { type Found, look } from './found.ts';

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
  /** What asks for it: when later requests have followed, it is not carried out. */
  request: CustomResourceEvent;
  /** What was made a moment ago, as `user "redislabs-user"`: it is looked for until it shows. */
  made?: Set<string>;
}

/**
 * Removes whatever carries the bundle's id, and nothing else. Credentials die first; what fails does not stop the rest.
 *
 * @param bundle tells the names to look for
 * @throws BlockedError if the bundle is in use; nothing was changed then
 * @throws LeftoversError if something is left
 */
export async function remove(aws: Aws, bundle: Bundle, options: RemovalOptions): Promise<void> {
  const { request, cancelled } = options;
  let found = await look(aws, bundle, { ...options, patient: !cancelled });
  const tags = ownTags(bundle, found);
  if (tags && isOutdated(tags, requestKey(request))) {
    log({
      level: 'warning',
      warning: 'This request came again after later ones; nothing was done.',
    });
    return;
  }
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
  // A Create that was still running has noticed the fence by now, or has ended before it: look again what there is.
  if (cancelled) found = await look(aws, bundle, { ...options, patient: true });
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

/** The tags of the secret, if it is this bundle's. */
function ownTags(bundle: Bundle, { secret }: Found): Tags | undefined {
  const live = secret && 'tags' in secret ? secret.tags : undefined;
  return live?.[BUNDLE_TAG] === bundle.id ? live : undefined;
}

/**
 * The secret goes first: a Create that is still under way fails at its next write to it. Where a Create was cancelled
 * before it had a secret, one is left that is scheduled for deletion and says so.
 */
function fence(aws: Aws, bundle: Bundle, found: Found, { cancelled, recoveryDays }: RemovalOptions): Step[] {
  const { secret } = found;
  if (secret && 'error' in secret) return [];
  if (secret && !secret.scheduled && ownTags(bundle, found)) return [() => secret.drop()];
  // A scheduled secret that a bundle left is free to carry the word, unless it does already.
  const isLeft = secret?.scheduled && BUNDLE_TAG in secret.tags && !tellsOfCancellation(secret.tags);
  if (!cancelled || !(isLeft || !secret)) return [];
  const { name } = bundle.secret;
  const tags = { ...bundle.tags, ...cancelled };
  return [
    async () => {
      try {
        if (secret)
          await takeOverSecret(aws, bundle, { name, tags: secret.tags, deletedDate: new Date() }, tags, true);
        else await createTombstone(aws, bundle, tags);
        await deleteSecret(aws, name, TOMBSTONE_DAYS);
      } catch (error) {
        // The Create has made it or taken it over in the meantime.
        if (error instanceof OvertakenError || codeOf(error) === 'InvalidRequest') return;
        if (codeOf(error) !== 'ResourceExists') throw error;
        await deleteSecret(aws, name, recoveryDays);
      }
    },
  ];
}
