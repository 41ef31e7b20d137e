import { MINTING_TAG, type Tags } from '../bundle/tags.ts';
import type { AccessKey } from '../iam/access-key.ts';
import { CURRENT, type LiveSecret, staged } from '../secret/secret.ts';

/**
 * The intent to make an access key, written to a tag of the secret before the key is made: `CreateAccessKey` has no
 * token that would make it idempotent and tells the secret part once only, so a key whose maker died is recognised by
 * what was written before. The intent is tied to the version that was current then; storing the key ends it.
 */
export function mintingIntent(
  currentVersionId: string | undefined,
  serial: number,
  hasPassword: boolean,
  keys: AccessKey[],
): Tags {
  const now = Math.floor(Date.now() / 1000);
  const ids = keys.map(({ id }) => id);
  const parts = [currentVersionId ?? '-', now, serial, ...(hasPassword ? [HAD_PASSWORD] : []), ...ids];
  return { [MINTING_TAG]: parts.join(' ') };
}

/** Stands among the keys when the user had a console password before. */
const HAD_PASSWORD = 'password';

/** The serial that a run which wrote its intent makes a key for. */
export const intendedSerial = (secretTags: Tags) => Number((secretTags[MINTING_TAG] ?? '').split(' ')[2]);

/** Whether the intent tells that the user had no console password before. */
export const hadNoPassword = (secretTags: Tags) =>
  MINTING_TAG in secretTags && !secretTags[MINTING_TAG]?.split(' ').includes(HAD_PASSWORD);

/** Seconds before and after the intent in which its key was made: the longest run, and clocks that differ. */
const BEFORE = 600;
const AFTER = 900;

/** The keys that may have been made by a run which died before it could store them. */
export function strayKeys(secret: LiveSecret, unknown: AccessKey[]): AccessKey[] {
  const [versionId] = (secret.tags[MINTING_TAG] ?? '').split(' ');
  return versionId === (staged(secret.versions, CURRENT)?.id ?? '-') ? mintedKeys(secret.tags, unknown) : [];
}

/** Those of the keys that were made after the intent, stored or not. */
export function mintedKeys(secretTags: Tags, keys: AccessKey[]): AccessKey[] {
  const [, time, , ...baseline] = (secretTags[MINTING_TAG] ?? '').split(' ');
  return keys.filter(({ id, createDate }) => {
    const age = createDate.getTime() / 1000 - Number(time);
    return !baseline.includes(id) && age > -BEFORE && age < AFTER;
  });
}
