import type { DesiredSecret, DesiredUser } from '../bundle/bundle.ts';
import { currentKey } from '../ledger/keys.ts';
import { CURRENT, PENDING, PREVIOUS, type SecretVersion, staged } from '../secret/versions.ts';
import type { ObservedCredentials } from './observe.ts';
import { versionAt } from './run.ts';

/** Where an access key and a console password come from: a version that holds them, or they are made. */

/** The versions by what they are. */
interface Labels {
  current: SecretVersion | undefined;
  pending: SecretVersion | undefined;
  previous: SecretVersion | undefined;
  /** The version that was in force last, if its key is there. */
  settled: SecretVersion | undefined;
  /** Those that hold a key of ours, what is in force first. */
  ordered: SecretVersion[];
}

export function labelsOf({ made, versions, current: inForce }: ObservedCredentials): Labels {
  const isOurs = ({ content }: SecretVersion) => made.some(({ id }) => id === content.accessKeyId);
  const current = staged(versions, CURRENT);
  const pending = staged(versions, PENDING);
  const previous = staged(versions, PREVIOUS);
  // What is in force comes first, wherever it is: the secret's name may change.
  const settled = [versionAt(versions, inForce), current].find((version) => version && isOurs(version));
  const ordered = [settled, current, pending, previous, ...versions]
    .filter((version) => version !== undefined)
    .filter(isOurs);
  return { current, pending, previous, settled, ordered };
}

/** Whether a key is there, and works. */
export const isActive = ({ keys }: ObservedCredentials, id: string | undefined): boolean =>
  keys.find((key) => key.id === id)?.active === true;

/**
 * The key: one that was made for this serial, else none is made for a serial that was lowered, else a new one. A key of a
 * rotation that has not finished is left to that. The other key keeps working until the next rotation.
 *
 * @param rotating ids of the keys of rotations that have not finished
 */
export function sourceOfKey(
  desired: DesiredSecret,
  observed: ObservedCredentials,
  { current, previous, settled, ordered }: Labels,
  rotating: string[],
) {
  const { made } = observed;
  const served: (string | undefined)[] = made.filter((key) => key.served).map(({ id }) => id);
  const forSerial = ordered.find(
    (version) =>
      version.content.accessKeySerial === desired.accessKeySerial &&
      (version === settled ||
        (isActive(observed, version.content.accessKeyId) &&
          !rotating.includes(version.content.accessKeyId ?? ''))),
  );
  const loweredKey = !forSerial && (settled?.content.accessKeySerial ?? 0) > desired.accessKeySerial;
  const keyFrom = forSerial ?? (loweredKey ? settled : undefined);
  const keyId = keyFrom?.content.accessKeyId;
  const isMade = (id: string | undefined) => made.some((key) => key.id === id);
  const previousKeyId = [
    settled?.content.accessKeyId,
    // Where its version cannot be read, the ledger tells which key is in force.
    currentKey(observed)?.id,
    settled?.content.previousAccessKeyId,
    current?.content.accessKeyId,
    previous?.content.accessKeyId,
    ...served,
  ].find((id) => id !== keyId && isMade(id));
  return {
    keyFrom,
    unproven:
      keyFrom !== undefined && ![settled, current, previous].includes(keyFrom) && !served.includes(keyId),
    previousKeyId,
    lowered: loweredKey ? (['AccessKeySerial'] as const) : [],
  };
}

/** The password: likewise. The one in force stays where its key is gone. */
export function sourceOfPassword(
  desired: DesiredSecret,
  user: DesiredUser,
  observed: ObservedCredentials,
  { settled, ordered }: Labels,
) {
  const known = versionAt(observed.versions, observed.password);
  const ofUser = [...ordered, ...(known ? [known] : [])].filter(
    ({ content }) => content.consolePassword !== undefined && content.consoleUsername === user.name,
  );
  const settledPassword = ofUser.find((version) => version === (settled ?? known));
  const samePassword = ofUser.find(({ content }) => content.passwordSerial === desired.passwordSerial);
  const loweredPassword =
    !samePassword && (settledPassword?.content.passwordSerial ?? 0) > desired.passwordSerial;
  const passwordFrom = user.consolePassword
    ? (samePassword ?? (loweredPassword ? settledPassword : undefined))
    : undefined;
  return {
    passwordFrom,
    /** It is the one in force. */
    isSet:
      observed.hasPassword &&
      passwordFrom !== undefined &&
      known?.content.consolePassword === passwordFrom.content.consolePassword,
    lowered: loweredPassword && user.consolePassword ? (['PasswordSerial'] as const) : [],
  };
}
