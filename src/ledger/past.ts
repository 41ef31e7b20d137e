import { isSameResource } from '../bundle/bundle.ts';
import { BUNDLE_TAG } from '../bundle/tags.ts';
import type { CustomResourceEvent } from '../cloudformation/event.ts';
import { BlockedError, SupersededError } from '../errors.ts';
import type { Observation } from '../reconcile/observe.ts';
import type { Claim } from '../resource/resource.ts';
import { isCancelled, isLatest, isOutdated, isUndone, requestKey, wasFollowed } from './history.ts';
import { FOLLOWED } from './lease.ts';

/**
 * Whether a request is past: it came again after later ones have changed the bundle, so it is answered and not carried
 * out.
 *
 * @throws SupersededError if the bundle was deleted after the request was sent
 * @throws BlockedError if another request, which seems to be a later one, was carried out before this one was ever seen
 */
export function isPast(
  { secret, inherited, owners }: Observation,
  { id, predecessors }: Claim,
  event: CustomResourceEvent,
): boolean {
  const isUpdate = event.RequestType === 'Update';
  if (secret && isSameResource(secret.tags[BUNDLE_TAG], id)) {
    // An Update of which nothing is there but a secret that is scheduled for deletion came after the Delete, or after a
    // replacement that it knows nothing of.
    const isGone = isUpdate && !owners.some((owner) => [id, ...predecessors].includes(owner));
    if (secret.deletedDate ? isGone || isUndone(secret.tags, event) : isCancelled(secret.tags, event))
      throw new SupersededError(secret.name);
  }
  const key = requestKey(event);
  if (secret?.readable && isOutdated(secret.tags, key)) return true;
  const isFollowed = [secret, inherited].some(
    (live) => live?.readable && !isLatest(live.tags, key) && wasFollowed(live.tags, key),
  );
  if (isUpdate && isFollowed) throw new BlockedError([FOLLOWED]);
  return false;
}
