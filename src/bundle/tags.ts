/** Tags as plain pairs. */
export type Tags = Record<string, string>;

/** Whose function made the resource: the id of the provider's stack. The function's role is confined to it. */
export const STACK_TAG = 'rv-access:stack';
/** Which bundle owns the resource, whatever its names. See `bundle-id.ts`. */
export const BUNDLE_TAG = 'rv-access:bundle';
/** What Redis's own tooling sets. */
export const USED_BY_TAG = 'UsedBy';
/** Put on the user by a person, with the value `anyway`: the next Delete is not refused. */
export const DELETE_TAG = 'rv-access:delete';
/** Put on the user by a person, with the value `yes`: the bundle of a stack that is gone may be adopted. */
export const RELEASE_TAG = 'rv-access:release';

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

/**
 * Whether `Team` and `team` are one tag key. They are on users and roles, and two keys on everything else.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_naming
 */
export type KeyCase = 'ignored' | 'counts';

const comparable = (keyCase: KeyCase) => (key: string) => (keyCase === 'ignored' ? key.toLowerCase() : key);

/** Which of some tag keys are there. */
export function presentKeys(observed: Tags, keys: string[], keyCase: KeyCase): string[] {
  const same = comparable(keyCase);
  const present = Object.keys(observed).map(same);
  return keys.filter((key) => present.includes(same(key)));
}

/** The value of a tag that a person has put there. */
export function tagValue(observed: Tags, key: string): string | undefined {
  const found = Object.keys(observed).find((other) => other.toLowerCase() === key);
  return found && observed[found];
}

/** What must be set to make `observed` hold all of `desired`. */
export function missingTags(observed: Tags, desired: Tags): Tags {
  return Object.fromEntries(Object.entries(desired).filter(([key, value]) => observed[key] !== value));
}

/**
 * Which keys must go: those that a state before had set and that are desired no more. Tags that somebody else put there
 * stay.
 *
 * @param before tags of every state that may be in force
 */
export function staleTagKeys(desired: Tags, before: Tags[], keyCase: KeyCase): string[] {
  const same = comparable(keyCase);
  const kept = Object.keys(desired).map(same);
  return [...new Set(before.flatMap((tags) => Object.keys(tags)))].filter((key) => !kept.includes(same(key)));
}
