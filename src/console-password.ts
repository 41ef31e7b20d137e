import {
  CreateLoginProfileCommand,
  DeleteLoginProfileCommand,
  GetAccountPasswordPolicyCommand,
  GetLoginProfileCommand,
  UpdateLoginProfileCommand,
} from '@aws-sdk/client-iam';
import { GetRandomPasswordCommand } from '@aws-sdk/client-secrets-manager';
import { type Aws, absent, codeOf } from './aws.ts';
import { keepSecret } from './log.ts';

/** Punctuation that `GetRandomPassword` knows and IAM does not count as a symbol. */
const NOT_A_SYMBOL = '",./:;<>?\\`~';
/** Longer than nearly every account asks for, so that the password need not wait for the account's policy. */
const PASSWORD_LENGTH = 64;

/** A random password of all four kinds of characters, at least as long as the account's password policy wants it. */
export async function newPassword(aws: Aws): Promise<string> {
  const [password, policy] = await Promise.all([
    randomPassword(aws, PASSWORD_LENGTH),
    absent(aws.iam(new GetAccountPasswordPolicyCommand({}))),
  ]);
  const minimum = policy?.PasswordPolicy?.MinimumPasswordLength ?? 0;
  return minimum > PASSWORD_LENGTH ? randomPassword(aws, minimum) : password;
}

async function randomPassword(aws: Aws, PasswordLength: number): Promise<string> {
  const { RandomPassword = '' } = await aws.secrets(
    new GetRandomPasswordCommand({
      PasswordLength,
      ExcludeCharacters: NOT_A_SYMBOL,
      RequireEachIncludedType: true,
    }),
  );
  keepSecret(RandomPassword);
  return RandomPassword;
}

/** Whether the user has a console password; false also if there is no such user. */
export async function hasLoginProfile(aws: Aws, UserName: string): Promise<boolean> {
  return (await absent(aws.iam(new GetLoginProfileCommand({ UserName })))) !== undefined;
}

/**
 * Makes a password that is stored already the user's console password.
 *
 * @throws StepError with the code `PasswordPolicyViolation` if the account does not take it
 */
export async function setPassword(
  aws: Aws,
  UserName: string,
  Password: string,
  exists: boolean,
): Promise<void> {
  const update = () =>
    aws.iam(new UpdateLoginProfileCommand({ UserName, Password, PasswordResetRequired: false }), {
      fresh: true,
    });
  if (exists) return void (await update());
  try {
    await aws.iam(new CreateLoginProfileCommand({ UserName, Password, PasswordResetRequired: false }), {
      fresh: true,
    });
  } catch (error) {
    if (codeOf(error) !== 'EntityAlreadyExists') throw error;
    await update();
  }
}

export async function removePassword(aws: Aws, UserName: string): Promise<void> {
  await absent(aws.iam(new DeleteLoginProfileCommand({ UserName })));
}
