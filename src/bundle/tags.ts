/** Tags as plain pairs. */
export type Tags = Record<string, string>;

/** Whose function made the entity: the id of the provider's stack. The function's role is confined to it. */
export const STACK_TAG = 'rv-access:stack';
/** Which bundle owns the entity: its physical id. */
export const BUNDLE_TAG = 'rv-access:bundle';
/** What Redis's own tooling sets. */
export const USED_BY_TAG = 'UsedBy';
/** On the secret only: which requests have worked on it. See `requests.ts`. */
export const REQUESTS_TAG = 'rv-access:requests';
/** On the secret only: the access key that is about to be made. See `minting.ts`. */
export const MINTING_TAG = 'rv-access:minting';

export const RESERVED_TAG_KEYS = [USED_BY_TAG, STACK_TAG, BUNDLE_TAG];

/** The form in which IAM and Secrets Manager give and take tags. */
export interface AwsTag {
  Key?: string | undefined;
  Value?: string | undefined;
}

export function fromAwsTags(tags: AwsTag[] = []): Tags {
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}

export function toAwsTags(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** What must be set to make `live` hold all of `desired`. */
export function missingTags(live: Tags, desired: Tags): Tags {
  return Object.fromEntries(Object.entries(desired).filter(([key, value]) => live[key] !== value));
}

/**
 * Which keys must go: those that the state before had set for the user and that are wanted no more. Tags that somebody
 * else put there stay.
 */
export function staleTagKeys(live: Tags, desired: Tags, before: Tags): string[] {
  return Object.keys(before).filter((key) => key in live && !(key in desired));
}
