import type { DesiredSecret, DesiredUser } from '../bundle/bundle.ts';
import type { AccessKey } from '../iam/access-key.ts';
import {
  CURRENT,
  PENDING,
  PREVIOUS,
  type SecretContent,
  type SecretVersion,
  staged,
} from '../secret/secret.ts';

/** What is there of a user's credentials. */
export interface LiveCredentials {
  keys: AccessKey[];
  hasPassword: boolean;
  /** Of the secret, those without a label included when a key was in none of the labelled ones. */
  versions: SecretVersion[];
  /** Of the secret that held these credentials until now, when the secret's name changes. */
  inherited: SecretVersion[];
  /** Ids of keys that a run which died left behind. */
  strays: string[];
  /** The serial that the run made them for. */
  straySerial: number;
}

/** What to do about a user's credentials. */
export interface CredentialsPlan {
  /** Where the access key comes from; undefined: a new one is made. */
  keyFrom: SecretVersion | undefined;
  /** That key was stored, but its maker died before it was known to work. */
  unproven: boolean;
  /** Where the console password comes from; undefined: a new one is made, or none is wanted. */
  passwordFrom: SecretVersion | undefined;
  /** The console password must be made the stored one. */
  setPassword: boolean;
  removePassword: boolean;
  /** Ids of keys to delete first: strays, and those that the rotation before last replaced. */
  retire: string[];
  /** Ids of keys that this bundle did not make and does not touch. */
  foreign: string[];
  /** Id of the other key that keeps working. */
  previousKeyId: string | undefined;
  /** The current key was set Inactive by somebody; it is left so. */
  inactive: boolean;
  /** A stored version that holds all that is wanted already; undefined: one must be written. */
  target: SecretVersion | undefined;
  /** A version that was stored and never became current. */
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
  live: LiveCredentials,
): CredentialsPlan {
  const { keys, versions, inherited } = live;
  const current = staged(versions, CURRENT);
  const pending = staged(versions, PENDING);
  const previous = staged(versions, PREVIOUS);
  const inheritedCurrent = staged(inherited, CURRENT);
  const promoted = [current, previous, inheritedCurrent];
  const abandoned = pending && !promoted.includes(pending) ? pending : undefined;
  const alive = (id: string | undefined) => keys.find((key) => key.id === id);
  const settled = current?.content.accessKeyId ? current : inheritedCurrent;
  // What is in force comes first: a secret that was restored may hold an older key that still works.
  const ordered = [settled, current, pending, previous, inheritedCurrent, ...versions, ...inherited].filter(
    (version) => version !== undefined,
  );

  // The key: one that was made for this serial and lives, else none is made for a serial that was lowered (a rollback
  // whose key is gone), else a new one.
  const settledKey = alive(settled?.content.accessKeyId);
  const forSerial = ordered.find((version) => {
    const key = alive(version.content.accessKeyId);
    return (
      key &&
      version.content.accessKeySerial === desired.accessKeySerial &&
      (key.active || version === settled)
    );
  });
  const lowered = settledKey && (settled?.content.accessKeySerial ?? 0) > desired.accessKeySerial;
  const keyFrom = forSerial ?? (lowered ? settled : undefined);
  const keyId = keyFrom?.content.accessKeyId;

  // The other key: it keeps working until the next rotation.
  const previousKeyId = [
    settled?.content.accessKeyId,
    settled?.content.previousAccessKeyId,
    previous?.content.accessKeyId,
    staged(inherited, PREVIOUS)?.content.accessKeyId,
  ].find((id) => id !== keyId && alive(id));

  const held = new Set(ordered.flatMap(({ content }) => [content.accessKeyId, content.previousAccessKeyId]));
  const retire = keys
    .map(({ id }) => id)
    .filter((id) => live.strays.includes(id) || (held.has(id) && id !== keyId && id !== previousKeyId));
  const foreign = keys.map(({ id }) => id).filter((id) => !held.has(id) && !live.strays.includes(id));

  // The password: likewise, but no list tells which one is in force, so it is in doubt where another one was stored and
  // not promoted, or was stored later in the other secret.
  const ofUser = ordered.filter(
    (version) =>
      version.content.consolePassword !== undefined &&
      version.content.consoleUsername === user.name &&
      ((version === settled && live.hasPassword) || alive(version.content.accessKeyId)),
  );
  const settledPassword = ofUser.find((version) => version === settled);
  const loweredPassword = (settledPassword?.content.passwordSerial ?? 0) > desired.passwordSerial;
  const passwordFrom = user.consolePassword
    ? (ofUser.find(({ content }) => content.passwordSerial === desired.passwordSerial) ??
      (loweredPassword ? settledPassword : undefined))
    : undefined;
  const later = inherited.filter(({ createdDate = 0 }) => createdDate > (settled?.createdDate ?? 0));
  const inDoubt = [abandoned, ...later].some(
    (version) =>
      version?.content.consoleUsername === user.name &&
      version.content.consolePassword !== settledPassword?.content.consolePassword,
  );
  const setPassword =
    user.consolePassword &&
    (!live.hasPassword || !passwordFrom || passwordFrom !== settledPassword || inDoubt);

  const target =
    keyFrom && (passwordFrom || !user.consolePassword)
      ? [keyFrom, ...versions].find(
          (version) =>
            versions.includes(version) &&
            holds(
              version.content,
              contentOf(desired, user, keyFrom.content, passwordFrom?.content, previousKeyId),
              (version === current ? previous : current)?.content.accessKeyId,
            ),
        )
      : undefined;

  const nextPrevious = target === current && target ? previous : current;
  const previousVersion =
    previousKeyId && nextPrevious?.content.accessKeyId !== previousKeyId
      ? versions.find(({ content }) => content.accessKeyId === previousKeyId)
      : undefined;

  return {
    keyFrom,
    unproven: keyFrom !== undefined && !promoted.includes(keyFrom),
    passwordFrom,
    setPassword,
    // What IAM says may be seconds old; what the secret says is not.
    removePassword: !user.consolePassword && (live.hasPassword || settledPassword !== undefined),
    retire,
    foreign,
    previousKeyId,
    inactive: keyFrom !== undefined && alive(keyId)?.active === false,
    target,
    abandoned: abandoned === target ? undefined : abandoned,
    previousVersion,
  };
}

/** The content of the secret, from its parts. */
export function contentOf(
  desired: DesiredSecret,
  user: DesiredUser,
  key: SecretContent,
  password: SecretContent | undefined,
  previousAccessKeyId: string | undefined,
): SecretContent {
  const { name, provider, ...rest } = desired.fixed;
  return {
    name,
    provider,
    accessKeyId: key.accessKeyId ?? '',
    accessSecretKey: key.accessSecretKey ?? '',
    ...(user.consolePassword &&
      password?.consolePassword && { consoleUsername: user.name, consolePassword: password.consolePassword }),
    ...rest,
    // A key that is kept when its serial is lowered is still the one of its serial when that is raised again.
    accessKeySerial: key.accessKeySerial ?? desired.accessKeySerial,
    passwordSerial: desired.passwordSerial,
    ...(previousAccessKeyId && { previousAccessKeyId }),
  };
}

/** The fields that are ours; what somebody added to the secret by hand is none of our business. */
const FIELDS = [
  'name',
  'provider',
  'accessKeyId',
  'accessSecretKey',
  'consoleUsername',
  'consolePassword',
  'signInLoginUrl',
  'iamRoleName',
  'accessKeySerial',
  'passwordSerial',
] as const;

/**
 * Whether a version says all that is wanted. After a rollback the other key need not be named in it: it is in the
 * version next to it.
 */
function holds(content: SecretContent, wanted: SecretContent, neighbourKeyId: string | undefined): boolean {
  const { previousAccessKeyId, ...others } = wanted;
  const { previousAccessKeyId: named, ...rest } = content;
  return (
    FIELDS.every((field) => rest[field] === others[field]) &&
    (named === previousAccessKeyId || (named === undefined && neighbourKeyId === previousAccessKeyId))
  );
}

/** Whether the plan asks for nothing. */
export function isConverged(plan: CredentialsPlan): boolean {
  return (
    plan.target?.stages.includes(CURRENT) === true &&
    !plan.setPassword &&
    !plan.removePassword &&
    plan.retire.length === 0 &&
    !plan.abandoned &&
    !plan.previousVersion
  );
}
