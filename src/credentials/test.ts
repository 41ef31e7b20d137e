import { codeOf, surelyNotApplied, together } from '../aws/clients.ts';
import { tryTo } from '../aws/compensation.ts';
import { DeadlineError, StepError, SupersededError } from '../errors.ts';
import { deleteAccessKey, listAccessKeys, probeAccessKey } from '../iam/access-key.ts';
import { newPassword, removePassword, setPassword } from '../iam/login-profile.ts';
import {
  CURRENT,
  observeSecret,
  PENDING,
  type SecretVersion,
  secretIsGone,
  staged,
} from '../secret/secret.ts';
import { moveStage, putVersion, versionToken } from '../secret/versions.ts';
import type { Run } from './run.ts';

/** How many passwords the account may refuse. */
const MAX_TRIES = 3;

/**
 * Proves a stored version (the key at STS, the password by setting it) and makes it the current one. What cannot be
 * proven is taken back: the key that was new is deleted, the password that was in force is set again.
 */
export async function prove(run: Run, stored: SecretVersion): Promise<SecretVersion> {
  const { aws, user, desired, plan } = run;
  const { accessKeyId: id = '', accessSecretKey: secret = '' } = stored.content;
  const isNew = !plan.keyFrom || plan.unproven;
  const giveUp = async () => {
    if (await secretIsGone(aws, desired.name)) throw new SupersededError(desired.name);
  };
  run.pendingId = stored.id;
  let version = stored;
  let promoting = false;
  try {
    await together([
      ...(isNew ? [probeAccessKey(aws, { id, secret }, user.arn, giveUp)] : []),
      ...(plan.setPassword
        ? [
            applyPassword(run, stored).then((applied) => {
              version = applied;
            }),
          ]
        : []),
    ]);
    promoting = true;
    if (!version.stages.includes(CURRENT))
      await moveStage(aws, desired.name, CURRENT, run.currentId, version.id);
    return version;
  } catch (error) {
    // The move of the label may have been applied, and then the key is in force: the next run finds out.
    if (error instanceof DeadlineError || (promoting && !isRefusal(error))) throw error;
    const winner = isNew ? await tryTo(() => finishedByAnother(run, id)) : undefined;
    if (isNew) await tryTo(() => deleteAccessKey(aws, user.name, id));
    if (winner) return winner;
    const restored = await tryTo(() => restorePassword(run));
    if (restored) await tryTo(() => moveStage(aws, desired.name, PENDING, run.pendingId, undefined));
    throw error;
  }
}

const isRefusal = (error: unknown) =>
  error instanceof StepError && error.action === 'UpdateSecretVersionStage' && surelyNotApplied(error);

/** Sets the stored password. If the account refuses it, another one is stored and tried. */
async function applyPassword(run: Run, stored: SecretVersion): Promise<SecretVersion> {
  const { aws, user, desired, live } = run;
  let version = stored;
  let consolePassword = stored.content.consolePassword ?? '';
  for (let tries = 1; ; tries += 1) {
    try {
      run.passwordTouched = true;
      await setPassword(aws, user.name, consolePassword, live.hasPassword);
      return version;
    } catch (error) {
      run.passwordTouched = !surelyNotApplied(error);
      if (codeOf(error) !== 'PasswordPolicyViolation' || tries >= MAX_TRIES) throw error;
      consolePassword = await newPassword(aws);
      const content = { ...version.content, consolePassword };
      version = await putVersion(aws, desired.name, versionToken(content, run.currentId), content);
      run.pendingId = version.id;
    }
  }
}

/** After a failure the password of the current version must be in force. Resolves to true once it is. */
async function restorePassword({ aws, user, live, passwordTouched }: Run): Promise<true> {
  const { consolePassword } = staged(live.versions, CURRENT)?.content ?? {};
  if (passwordTouched && !live.hasPassword) await removePassword(aws, user.name);
  if (passwordTouched && live.hasPassword && consolePassword)
    await setPassword(aws, user.name, consolePassword, true);
  return true;
}

/** Whether another run of the same request has made a key of this serial the current one in the meantime. */
async function finishedByAnother(
  { aws, user, desired }: Run,
  ownId: string,
): Promise<SecretVersion | undefined> {
  const secret = await observeSecret(aws, desired.name, () => true);
  const current = staged(secret?.versions ?? [], CURRENT);
  const { accessKeyId, accessKeySerial } = current?.content ?? {};
  if (accessKeyId === ownId || accessKeySerial !== desired.accessKeySerial) return undefined;
  const keys = (await listAccessKeys(aws, user.name)) ?? [];
  return keys.some(({ id }) => id === accessKeyId) ? current : undefined;
}
