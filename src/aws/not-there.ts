import {
  GetInstanceProfileCommand,
  GetPolicyCommand,
  GetRoleCommand,
  GetUserCommand,
} from '@aws-sdk/client-iam';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { AwsError } from '../errors.ts';
import { deniedBy, isAbsence, isDenial } from './error-codes.ts';

/** The look that the function's role may take at anything, by the field that says what a call is about; the first counts. */
const LOOKS: Record<string, (name: string) => object> = {
  InstanceProfileName: (InstanceProfileName) => new GetInstanceProfileCommand({ InstanceProfileName }),
  UserName: (UserName) => new GetUserCommand({ UserName }),
  RoleName: (RoleName) => new GetRoleCommand({ RoleName }),
  PolicyArn: (PolicyArn) => new GetPolicyCommand({ PolicyArn }),
  SecretId: (SecretId) => new DescribeSecretCommand({ SecretId }),
};

/** What these are about need not be there. */
const MAKING = ['CreateInstanceProfile', 'CreateRole', 'CreateUser'];

/**
 * The error that tells that what a denied call is about is not there, as far as a read shows. The function's role may change
 * only what carries the stack's tag, and IAM judges before anybody looks: about what is not there AWS answers with a denial.
 */
export async function notThere(
  client: { send(command: never): unknown },
  action: string,
  input: object,
  error: AwsError,
): Promise<AwsError | undefined> {
  if (!isDenial(error) || deniedBy(error) || MAKING.includes(action)) return undefined;
  const [name, look] = Object.entries(LOOKS).find(([field]) => field in input) ?? [];
  if (!name || !look) return undefined;
  try {
    await client.send(look((input as Record<string, string>)[name] ?? '') as never);
    return undefined;
  } catch (answer) {
    return isAbsence(answer) ? (answer as AwsError) : undefined;
  }
}
