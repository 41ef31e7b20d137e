import { putInForce } from '../ledger/keys.ts';
import { CURRENT, moveStage, PENDING, PREVIOUS, type SecretVersion, staged } from '../secret/versions.ts';
import type { ObservedCredentials } from './observe.ts';
import type { CredentialsPlan } from './plan.ts';
import { type CredentialsRun, storedAs } from './run.ts';

/**
 * Makes a proven version the current one. A run that dies before the ledger is written finds the label where it is.
 *
 * @param isRotation the password was not set: whether it is the one in force is as certain as it was before
 */
export async function finish(
  { aws, ledger, secret, user }: CredentialsRun,
  version: SecretVersion,
  currentId: string | undefined,
  { mustMove = false, isRotation = false } = {},
): Promise<void> {
  if (mustMove || !version.stages.includes(CURRENT))
    await moveStage(aws, secret.name, CURRENT, currentId, version.id);
  noteInForce({ ledger, user }, version, isRotation);
}

/** Notes which version is in force. It may be another one than before although nothing was moved: that of another secret. */
export function noteInForce(
  { ledger, user }: Pick<CredentialsRun, 'ledger' | 'user'>,
  version: SecretVersion,
  isRotation = false,
) {
  const { accessKeyId = '', consolePassword } = version.content;
  ledger.note((state) => {
    putInForce(state, storedAs(version), accessKeyId);
    const { password } = state.keys;
    if (isRotation && !password?.stored) return;
    state.keys.password =
      user.consolePassword && consolePassword
        ? { ...(password?.user === user.name && password), user: user.name, stored: storedAs(version) }
        : undefined;
  });
}

/**
 * Takes AWSPENDING from a version that was given up, and puts AWSPREVIOUS on the one that holds the other key. A pending
 * version that a rotation has stored is left to that.
 */
export async function tidyLabels(
  { aws, secret }: CredentialsRun,
  { versions }: ObservedCredentials,
  { previousVersion, abandoned }: CredentialsPlan,
  finished: SecretVersion,
): Promise<void> {
  if (abandoned && !finished.stages.includes(PENDING))
    await moveStage(aws, secret.name, PENDING, abandoned.id, undefined);
  if (!previousVersion) return;
  const current = staged(versions, CURRENT);
  const from = finished.id === current?.id ? staged(versions, PREVIOUS)?.id : current?.id;
  if (previousVersion.id !== from) await moveStage(aws, secret.name, PREVIOUS, from, previousVersion.id);
}
