import { createHash } from 'node:crypto';
import { REQUESTS_TAG, type Tags } from '../bundle/tags.ts';
import type { CustomResourceEvent } from '../cloudformation/event.ts';

/**
 * Which requests have worked on a bundle, kept in a tag of its secret. CloudFormation and Lambda deliver a request more
 * than once and not always in order: a request that others have followed, or whose bundle was deleted since, must not
 * be carried out again.
 */

const MAX_REQUESTS = 6;
const CANCELLED = 'cancelled-';
/** For how long a cancelled Create may still arrive when its own time cannot be told, in seconds. */
const CANCELLED_FOR = 3600;

/**
 * A request's short name, with the time it was sent if that is known. A second delivery is the same to the letter; a
 * repetition by CloudFormation has a new URL.
 */
export function requestKey(event: CustomResourceEvent): string {
  const { RequestType, RequestId, ResponseURL } = event;
  const digest = createHash('sha256').update(`${RequestType}\n${RequestId}\n${ResponseURL}`).digest('hex');
  return `${digest.slice(0, 16)}@${issuedAt(event) ?? ''}`;
}

/** By how much the clocks of those who send requests may differ, in seconds. */
const CLOCK_SKEW = 10;

/** When a request was sent, in seconds since 1970, from its name; 0: unknown. */
export const sentAt = (key: string) => Number(key.split('@')[1]);

const entries = (tags: Tags) => (tags[REQUESTS_TAG] ?? '').split(' ').filter(Boolean);

/** The tag with a request added as the latest. */
export function withRequest(tags: Tags, key: string): Tags {
  const others = entries(tags).filter((entry) => entry !== key);
  return { [REQUESTS_TAG]: [...others, key].slice(-MAX_REQUESTS).join(' ') };
}

/** The tag of a bundle whose Create was given up before anything of it was there to be seen. */
export function cancellation(event: CustomResourceEvent): Tags {
  return { [REQUESTS_TAG]: `${CANCELLED}${issuedAt(event) ?? Math.floor(Date.now() / 1000)}` };
}

/** Whether the tags hold such a word. */
export const tellsOfCancellation = (tags: Tags) => entries(tags).some((entry) => entry.startsWith(CANCELLED));

/** Whether this request was the last that has worked on the bundle. */
export const isLatest = (tags: Tags, key: string) => entries(tags).at(-1) === key;

/** Whether other requests have worked on the bundle since this one was sent. */
export function isOutdated(tags: Tags, key: string): boolean {
  return !isLatest(tags, key) && (entries(tags).includes(key) || wasFollowed(tags, key, CLOCK_SKEW));
}

/**
 * Whether a request was carried out that seems to have been sent after this one, which was never seen before. It need
 * not be much later.
 *
 * @param skew by how much at least, in seconds
 */
export function wasFollowed(tags: Tags, key: string, skew = 0): boolean {
  return sentAt(key) > 0 && entries(tags).some((other) => sentAt(other) > sentAt(key) + skew);
}

/** Whether the bundle of a secret that is scheduled for deletion was deleted after this request was sent. */
export function isUndone(tags: Tags, event: CustomResourceEvent): boolean {
  const key = requestKey(event);
  return entries(tags).includes(key) || isOutdated(tags, key) || isCancelled(tags, event);
}

/** Whether this request was cancelled before it was carried out: a Delete has left word of it in the secret. */
export function isCancelled(tags: Tags, event: CustomResourceEvent): boolean {
  const cancelled = entries(tags).find((entry) => entry.startsWith(CANCELLED));
  if (!cancelled) return false;
  const cancelledAt = Number(cancelled.slice(CANCELLED.length));
  return (issuedAt(event) ?? Date.now() / 1000 - CANCELLED_FOR) <= cancelledAt;
}

/** When CloudFormation sent a request, in seconds since 1970: the date in its pre-signed URL. */
function issuedAt({ ResponseURL }: CustomResourceEvent): number | undefined {
  const date = /X-Amz-Date=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(ResponseURL);
  if (!date) return undefined;
  const [year = 0, month = 0, day, hour, minute, second] = date.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
}
