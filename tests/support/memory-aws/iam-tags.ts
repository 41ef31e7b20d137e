import type { Tag } from '@aws-sdk/client-iam';
import { invalidInput, limitExceeded } from './iam-errors.ts';
import type { Tags } from './iam-state.ts';

const TAGS_PER_ENTITY = 50;

/** Adds the tags of a create or tag call. Keys are case-insensitive: `usedby` takes the place of `UsedBy`. */
export function addTags(tags: Tags, added: Tag[] | undefined): void {
  const keys = (added ?? []).map((tag) => String(tag.Key).toLowerCase());
  if (new Set(keys).size < keys.length) {
    throw invalidInput('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  }
  const next = { ...tags };
  for (const { Key = '', Value = '' } of added ?? []) {
    const sameKey = Object.keys(next).find((key) => key.toLowerCase() === Key.toLowerCase());
    if (sameKey !== undefined) delete next[sameKey];
    next[Key] = Value;
  }
  if (Object.keys(next).length > TAGS_PER_ENTITY) throw limitExceeded('TagsPerEntity', TAGS_PER_ENTITY);
  for (const key of Object.keys(tags)) delete tags[key];
  Object.assign(tags, next);
}

export function removeTags(tags: Tags, keys: string[] | undefined): void {
  for (const key of keys ?? []) {
    for (const own of Object.keys(tags)) {
      if (own.toLowerCase() === key.toLowerCase()) delete tags[own];
    }
  }
}

export const tagList = (tags: Tags): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
