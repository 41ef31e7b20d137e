import { codeOf, surelyNotApplied } from '../aws/error-codes.ts';
import { newPassword, removePassword, setPassword } from '../iam/login-profile.ts';
import { putVersion, type SecretVersion, versionToken } from '../secret/versions.ts';
import type { ObservedCredentials } from './observe.ts';
import { type CredentialsRun, versionAt } from './run.ts';

/** How many passwords the account may refuse. */
const MAX_TRIES = 3;

/** The setting of a password, as it goes on. */
export interface PasswordSetting {
  /** The version that holds the password which was set last; another one than at first if the account refused that. */
  version: SecretVersion;
  /** The password in force may be another than before. */
  touched: boolean;
}

/**
 * Sets the stored password. If the account refuses it, another one is stored and tried: a roll-back sets an earlier
 * password again, which accounts may forbid.
 */
export async function applyPassword(
  { aws, user, secret }: CredentialsRun,
  setting: PasswordSetting,
  exists: boolean,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const { content } = setting.version;
    try {
      setting.touched = true;
      await setPassword(aws, user.name, content.consolePassword ?? '', exists);
      return;
    } catch (error) {
      if (surelyNotApplied(error)) setting.touched = false;
      if (codeOf(error) !== 'PasswordPolicyViolation' || tries >= MAX_TRIES) throw error;
      const other = { ...content, consolePassword: await newPassword(aws) };
      setting.version = await putVersion(aws, secret.name, versionToken(other, tries), other);
    }
  }
}

/** After a failure the password that was in force before is set again. @returns whether it is in force for certain */
export async function restorePassword(
  { aws, user }: CredentialsRun,
  { touched }: PasswordSetting,
  { hasPassword, password, versions }: ObservedCredentials,
): Promise<boolean> {
  if (!touched) return true;
  if (!hasPassword) {
    await removePassword(aws, user.name);
    return true;
  }
  const { consolePassword } = versionAt(versions, password)?.content ?? {};
  // The secret that holds it may not be readable: then only the next run, with a version of its own, can set one.
  if (!consolePassword) return false;
  await setPassword(aws, user.name, consolePassword, true);
  return true;
}
