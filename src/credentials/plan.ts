import type { DesiredSecret, DesiredUser } from '../bundle/bundle.ts';
import { CURRENT, type SecretVersion } from '../secret/versions.ts';
import { contentOf, holds } from './content.ts';
import type { ObservedCredentials } from './observe.ts';
import { isActive, labelsOf, sourceOfKey, sourceOfPassword } from './sources.ts';

/** What to do about a user's credentials. */
export interface CredentialsPlan {
  /** Where the access key comes from; undefined: a new one is made. */
  keyFrom: SecretVersion | undefined;
  /** That key was stored, but its run ended before it was known to work. */
  unproven: boolean;
  /** Where the console password comes from; undefined: a new one is made, or none is desired. */
  passwordFrom: SecretVersion | undefined;
  /** The console password must be made the stored one. */
  setPassword: boolean;
  removePassword: boolean;
  /** Ids of keys of ours to delete first: orphans, and those that the rotation before last replaced. */
  retire: string[];
  /** Ids of keys that this bundle did not make and does not touch. */
  foreign: string[];
  /** Id of the other key that keeps working. */
  previousKeyId: string | undefined;
  /** The current key was set Inactive by somebody; it is left so. */
  inactive: boolean;
  /** What is lowered without a key or password of that serial being there: what is in force stays. */
  lowered: ('AccessKeySerial' | 'PasswordSerial')[];
  /** The version that was in force last, if its key is there. */
  settled: SecretVersion | undefined;
  /** Where AWSCURRENT is cannot be told by reading: it has to be moved even where it seems to be right. */
  mustMove: boolean;
  /** A stored version that holds all that is desired already; undefined: one must be written. */
  target: SecretVersion | undefined;
  /** A version that a stack operation stored and that is not to become current, or stay so. */
  abandoned: SecretVersion | undefined;
  /** The version that AWSPREVIOUS shall be on, because it holds the other key; undefined: AWS's choice is right. */
  previousVersion: SecretVersion | undefined;
}

/** IAM allows two access keys for a user. */
export const MAX_KEYS = 2;

/** Decides what to do; reads and changes nothing. */
export function planCredentials(
  desired: DesiredSecret,
  user: DesiredUser,
  observed: ObservedCredentials,
): CredentialsPlan {
  const { keys, made, versions } = observed;
  const labels = labelsOf(observed);
  const { current, pending, previous, settled } = labels;
  const rotating = made.filter((key) => key.rotating).map(({ id }) => id);
  const key = sourceOfKey(desired, observed, labels, rotating);
  const { keyFrom, previousKeyId } = key;
  const keyId = keyFrom?.content.accessKeyId;
  const kept = [keyId, previousKeyId, ...observed.held, ...(keyFrom ? rotating : [])];
  const password = sourceOfPassword(desired, user, observed, labels);
  const { passwordFrom } = password;

  const isHere = ({ secret }: SecretVersion) => secret === desired.name;
  // Whoever looks at the secret finds the other key: in a version of its own, or by name.
  const isHeldHere = versions.some((one) => isHere(one) && one.content.accessKeyId === previousKeyId);
  const tells = ({ content }: SecretVersion) => isHeldHere || content.previousAccessKeyId === previousKeyId;
  const wanted =
    keyFrom && (passwordFrom || !user.consolePassword)
      ? contentOf(desired, user, keyFrom.content, passwordFrom?.content, previousKeyId)
      : undefined;
  const target =
    keyFrom &&
    wanted &&
    [keyFrom, ...versions].find((one) => isHere(one) && holds(one.content, wanted) && tells(one));
  const nextPrevious = target === current && target ? previous : current;
  const previousVersion =
    previousKeyId && nextPrevious?.content.accessKeyId !== previousKeyId
      ? versions.find((version) => isHere(version) && version.content.accessKeyId === previousKeyId)
      : undefined;
  // Also if it was in force once: Secrets Manager takes a pending version for a rotation to go on with.
  const isAbandoned = pending && pending !== target && !rotating.includes(pending.content.accessKeyId ?? '');
  return {
    keyFrom,
    unproven: key.unproven,
    passwordFrom,
    setPassword: user.consolePassword && !password.isSet,
    removePassword: !user.consolePassword && (observed.hasPassword || observed.knowsPassword),
    retire: made.map(({ id }) => id).filter((id) => !kept.includes(id)),
    foreign: keys.map(({ id }) => id).filter((id) => !made.some((one) => one.id === id)),
    previousKeyId,
    inactive: keyFrom !== undefined && !isActive(observed, keyId),
    lowered: [...key.lowered, ...password.lowered],
    settled,
    mustMove: observed.isMoving,
    target,
    abandoned: isAbandoned ? pending : undefined,
    previousVersion,
  };
}

/** Whether the plan asks for nothing. */
export function isInOrder(plan: CredentialsPlan): boolean {
  return (
    plan.target?.stages.includes(CURRENT) === true &&
    !plan.mustMove &&
    !plan.setPassword &&
    !plan.removePassword &&
    plan.retire.length === 0 &&
    !plan.abandoned &&
    !plan.previousVersion
  );
}

/** What stands in the way of the plan, as a sentence for the user. */
export function noRoom(
  userName: string,
  { keys, held }: Pick<ObservedCredentials, 'keys' | 'held'>,
  { keyFrom, retire, foreign }: CredentialsPlan,
): string[] {
  const left = keys.filter(({ id }) => !retire.includes(id));
  if (keyFrom || left.length < MAX_KEYS) return [];
  if (foreign.length > 0) return [noRoomSentence(userName, foreign)];
  return [
    `Redis Cloud has or may have the access key ${held.join(', ')}, which this update would delete, and without RedisCloudApiSecretArn it ` +
      'cannot be given another one. Nothing was changed. Leave RedisCloudApiSecretArn in place for this update, and take it away in the next one. ' +
      'If its API key does not work any more, take it away alone, give Redis the key that is in the secret by hand, and then raise AccessKeySerial.',
  ];
}

export const noRoomSentence = (userName: string, foreign: string[]) =>
  `The user "${userName}" needs a new access key, but IAM allows ${MAX_KEYS} and these were not made by this bundle: ` +
  `${foreign.join(', ')}. None was deleted. Find out which are in use, delete one that is not, then try again.`;

/** What the user should know about credentials that are left as they are. */
export function credentialWarnings(userName: string, plan: CredentialsPlan): string[] {
  const { keyFrom, foreign, inactive, lowered } = plan;
  return [
    ...lowered.map(
      (property) =>
        `${property} was lowered, and nothing of that number is left: what is in force stays. Raise it for a new one.`,
    ),
    ...(foreign.length > 0
      ? [
          `The user "${userName}" has access keys that this bundle did not make: ${foreign.join(', ')}. They were left.`,
        ]
      : []),
    ...(inactive
      ? [
          `The access key ${keyFrom?.content.accessKeyId} was set inactive by somebody. It was left so; raise AccessKeySerial for a new one.`,
        ]
      : []),
  ];
}
