import {
  CreateLoginProfileCommand,
  DeleteLoginProfileCommand,
  GetAccountPasswordPolicyCommand,
  GetLoginProfileCommand,
  UpdateLoginProfileCommand,
} from '@aws-sdk/client-iam';
import { GetRandomPasswordCommand } from '@aws-sdk/client-secrets-manager';
import type { Aws } from '../aws/clients.ts';
import { absent, codeOf } from '../aws/error-codes.ts';
import { backoff, sleep } from '../aws/patience.ts';
import { keepSecret } from '../log.ts';

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

/** How often IAM may say that there is a password when one is made, and that there is none when it is changed. */
const MAX_TRIES = 12;

/**
 * Makes a password that is stored already the user's console password.
 *
 * @param exists whether the user seems to have one; what IAM answers counts more
 * @throws StepError with the code `PasswordPolicyViolation` if the account does not take it
 */
export async function setPassword(
  aws: Aws,
  UserName: string,
  Password: string,
  exists: boolean,
): Promise<void> {
  const input = { UserName, Password, PasswordResetRequired: false };
  let update = exists;
  for (let tries = 1; ; tries += 1) {
    try {
      await aws.iam(update ? new UpdateLoginProfileCommand(input) : new CreateLoginProfileCommand(input));
      return;
    } catch (error) {
      const code = codeOf(error);
      if (!['EntityAlreadyExists', 'NoSuchEntity'].includes(code) || tries >= MAX_TRIES) throw error;
      update = code === 'EntityAlreadyExists';
      if (tries > 1) await sleep(backoff(tries), aws.signal);
    }
  }
}

export async function removePassword(aws: Aws, UserName: string): Promise<void> {
  await absent(aws.iam(new DeleteLoginProfileCommand({ UserName })));
}
