import type { Aws } from '../aws/clients.ts';
import { codeOf } from '../aws/error-codes.ts';
import { poll } from '../aws/patience.ts';
import { STALE } from '../aws/times.ts';
import { stackNameOf } from '../bundle/bundle-id.ts';
import { BUNDLE_TAG, RELEASE_TAG, STACK_TAG, type Tags, tagValue } from '../bundle/tags.ts';
import { ConflictError } from '../errors.ts';
import type { Owner } from '../ledger/state.ts';
import { type Resource, titleOf } from './resource.ts';

/** Whose a resource is that was looked up. */
export type Standing = 'absent' | 'owned' | 'foreign' | 'left';

export interface LookedUp<Observed> {
  standing: Standing;
  /** Absent if nothing is there, or nothing that counts. */
  observed?: Observed | undefined;
}

/**
 * Looks a resource up and tells whose it is: ours if its tag names this bundle **and** the ledger gives the name to it.
 * A read that contradicts the ledger is stale or tells of something that a person has done, so it is read again.
 *
 * - The ledger gives us the name, and nothing is there: making it will tell, since AWS refuses a second one of that name.
 * - It does not, or it is not certain, and our tag is there: what was deleted a moment ago may still show. Making it will
 *   tell.
 * - It does so for certain, and the rest of the plan hangs on what is in it (a secret): it is waited for.
 * - It does not, and the tag of another bundle is there: that may be gone already, too.
 *
 * @param owner what the ledger says of the name
 * @param tag the value of our tag
 * @param knowsNothing the ledger is empty: tags are all there is to go by
 */
export async function lookUp<Observed extends { tags: Tags }>(
  aws: Aws,
  resource: Pick<Resource<never, Observed>, 'observe' | 'isLeft'>,
  owner: Owner | undefined,
  tag: string,
  knowsNothing: boolean,
): Promise<LookedUp<Observed>> {
  const isOurs = (observed: Observed) => observed.tags[BUNDLE_TAG] === tag;
  const agrees = (observed: Observed | undefined) => {
    if (!observed) return !(resource.isLeft && owner?.since === 'owned');
    return isOurs(observed) || resource.isLeft?.(observed) || !(owner || BUNDLE_TAG in observed.tags);
  };
  const observed = await poll(() => resource.observe(), agrees, STALE, aws.signal);
  if (!observed) return { standing: 'absent' };
  if (resource.isLeft?.(observed) || owner?.since === 'restoring') return { standing: 'left', observed };
  if (!isOurs(observed)) return { standing: 'foreign', observed };
  const isThere = owner ? !['making', 'deleting'].includes(owner.since) : knowsNothing;
  return isThere ? { standing: 'owned', observed } : { standing: 'absent' };
}

/**
 * Makes a resource. When AWS says that its name is taken, this very call was applied although its answer was lost, or a
 * stale read had hidden what is there: it is read until it shows, and taken if it is ours.
 *
 * @throws ConflictError if it is somebody else's, shows no more, or is one that was deleted a moment ago: a fresh look
 *   will tell
 */
export async function createOrFind<
  Desired extends { name: string; tags: Tags },
  Observed extends { tags: Tags },
>(aws: Aws, resource: Resource<Desired, Observed>): Promise<{ observed: Observed; made: boolean }> {
  try {
    return { observed: await resource.create(), made: true };
  } catch (error) {
    if (!['EntityAlreadyExists', 'ResourceExists', 'InvalidRequest'].includes(codeOf(error))) throw error;
    const { tags } = resource.desired;
    const isOurs = (seen: Observed | undefined) => seen?.tags[BUNDLE_TAG] === tags[BUNDLE_TAG];
    const observed = await poll(() => resource.observe(), isOurs, STALE, aws.signal);
    if (!observed)
      throw new ConflictError(
        (error as Error).message,
        'It may be taken by one under another path, or by one that was deleted a moment ago. Choose another name, or try again later.',
      );
    if (!isOurs(observed)) throw new ConflictError(`The ${titleOf(resource)} exists already.`);
    await confirm(resource);
    return { observed, made: false };
  }
}

/** A read shows what is ours: it is there, or it was deleted a moment ago. A write tells. */
async function confirm({ kind, desired, tag }: Pick<Resource, 'kind' | 'desired' | 'tag'>): Promise<void> {
  try {
    await tag(desired.tags);
  } catch (error) {
    if (!['NoSuchEntity', 'ResourceNotFound', 'InvalidRequest'].includes(codeOf(error))) throw error;
    throw new ConflictError(`The ${titleOf({ kind, desired })} was deleted a moment ago.`);
  }
}

/** A name that is taken by somebody else. */
export interface Taken {
  title: string;
  tags: Tags;
}

/**
 * What stands in the way where names are taken, as sentences for the user: all names in one sentence for each owner.
 *
 * @param adopt whether they may be taken over
 * @param user the tags of the user of that name, where a person can release the bundle of another stack
 */
export function takenNames(taken: Taken[], adopt: boolean, user: Tags | undefined): string[] {
  const ownerOf = ({ tags }: Taken) => tags[BUNDLE_TAG] ?? '';
  return [...new Set(taken.map(ownerOf))].flatMap((owner) => {
    const resources = taken.filter((one) => ownerOf(one) === owner);
    const titles = resources.map(({ title }) => title);
    const names = `The ${listed(titles)} exist${titles.length > 1 ? '' : 's'} already`;
    if (owner)
      return adopt && isReleased(owner, user) ? [] : [ofAnotherBundle(names, owner, resources, adopt)];
    if (adopt) return [];
    const them = titles.length > 1 ? 'them' : 'it';
    return [
      `${names} and ${titles.length > 1 ? 'were' : 'was'} not made by this bundle; nothing was touched. Choose ` +
        `${titles.length > 1 ? 'other names' : 'another name'}, delete ${them}, or set ExistingEntities to Adopt to take ${them} over.`,
    ];
  });
}

/** Whether a person has said, by a tag on its user, that the bundle of a stack which is gone may be adopted. */
export function isReleased(owner: string, user: Tags | undefined): boolean {
  return user?.[BUNDLE_TAG] === owner && tagValue(user, RELEASE_TAG) === 'yes';
}

function ofAnotherBundle(names: string, owner: string, [first, ...others]: Taken[], adopt: boolean): string {
  const region = first?.tags[STACK_TAG]?.split(':')[3];
  const stack = `the stack "${stackNameOf(owner) ?? owner}"${region ? ` in ${region}` : ''}`;
  const release = adopt
    ? ` If that stack is gone, put the tag ${RELEASE_TAG}=yes on its user and try again.`
    : '';
  return `${names} and belong${others.length > 0 ? '' : 's'} to the bundle of ${stack}; nothing was touched. Choose other names, or delete that stack.${release}`;
}

function listed(items: string[]): string {
  return items.length > 1 ? `${items.slice(0, -1).join(', ')} and ${items.at(-1)}` : String(items[0]);
}
