import type { Tag } from '@aws-sdk/client-iam';
import { invalidInput, limitExceeded } from './iam-errors.ts';
import type { Tags } from './iam-state.ts';

const TAGS_PER_ENTITY = 50;

/** What makes two keys one: the tags of users and roles do not go by case, those of policies and profiles do. */
type Fold = (key: string) => string;
const ignoringCase: Fold = (key) => key.toLowerCase();
const exactly: Fold = (key) => key;

/** Adds the tags of a create or tag call for a user or role: `usedby` takes the place of `UsedBy`. */
export const addTags = (tags: Tags, added: Tag[] | undefined): void => add(tags, added, ignoringCase);

/** Adds the tags of a create or tag call for a policy or instance profile: `usedby` stands beside `UsedBy`. */
export const addExactTags = (tags: Tags, added: Tag[] | undefined): void => add(tags, added, exactly);

function add(tags: Tags, added: Tag[] | undefined, fold: Fold): void {
  const keys = (added ?? []).map((tag) => fold(String(tag.Key)));
  if (new Set(keys).size < keys.length) {
    const hint = fold === ignoringCase ? ' Please note that Tag keys are case insensitive.' : '';
    throw invalidInput(`Duplicate tag keys found.${hint}`);
  }
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html: no key, and no value
  if ((added ?? []).some(({ Key = '', Value = '' }) => [Key, Value].some((text) => /^aws:/i.test(text))))
    throw invalidInput('Tag keys and values that begin with "aws:" are reserved for AWS.');
  const next = { ...tags };
  for (const { Key = '', Value = '' } of added ?? []) {
    const sameKey = Object.keys(next).find((key) => fold(key) === fold(Key));
    if (sameKey !== undefined) delete next[sameKey];
    next[Key] = Value;
  }
  if (Object.keys(next).length > TAGS_PER_ENTITY) throw limitExceeded('TagsPerEntity', TAGS_PER_ENTITY);
  for (const key of Object.keys(tags)) delete tags[key];
  Object.assign(tags, next);
}

export const removeTags = (tags: Tags, keys: string[] | undefined): void => remove(tags, keys, ignoringCase);

export const removeExactTags = (tags: Tags, keys: string[] | undefined): void => remove(tags, keys, exactly);

function remove(tags: Tags, keys: string[] | undefined, fold: Fold): void {
  const gone = (keys ?? []).map(fold);
  for (const own of Object.keys(tags)) if (gone.includes(fold(own))) delete tags[own];
}

export const tagList = (tags: Tags): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
