import { type AwsError, CallError } from '../errors.ts';

/**
 * The error's code as the AWS documents give it, of an SDK error or of a `CallError` around one: `NoSuchEntity`,
 * `ResourceNotFound`, … without the suffix "Exception" that the SDK adds for some services.
 */
export function codeOf(error: unknown): string {
  const cause = error instanceof CallError ? error.cause : (error as Error | undefined);
  return String(cause?.name).replace(/Exception$/, '');
}

/** Whether AWS says that what was asked for is not there. */
export const isAbsence = (error: unknown) => ['NoSuchEntity', 'ResourceNotFound'].includes(codeOf(error));

/** Resolves to undefined if what was asked for is not there. */
export async function absent<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/**
 * Whether AWS has refused a call, so that it surely had no effect: an answer of 4xx to its only try. An earlier try of the
 * SDK's may have been applied although its answer was lost.
 */
export function surelyNotApplied(error: unknown): boolean {
  const cause = error instanceof CallError ? error.cause : (error as AwsError);
  const { httpStatusCode: status = 0, attempts = 1 } = cause.$metadata ?? {};
  const mayBeApplied = error instanceof CallError && error.mayBeApplied;
  return !mayBeApplied && attempts === 1 && status >= 400 && status < 500;
}

/** What the services call an error that passes by itself: two of IAM's, and throttling, for which DynamoDB has names of its own. */
const PASSING = [
  'EntityTemporarilyUnmodifiable',
  'ConcurrentModification',
  'Throttling',
  'ProvisionedThroughputExceeded',
  'RequestLimitExceeded',
];

/** Whether a server failed or could not be reached, so that the call may have been carried out or not. */
export const isFailing = ({ name, code, $metadata }: AwsError): boolean =>
  ($metadata?.httpStatusCode ?? 0) >= 500 || name === 'TimeoutError' || code !== undefined;

/** Whether an error passes by itself, so that the same call may go through in a while. */
export function isPassing(
  error: Error,
  { fresh, passing = [] }: { fresh?: boolean; passing?: string[] },
): boolean {
  const code = codeOf(error);
  if ([...PASSING, ...passing].includes(code)) return true;
  if (!fresh) return false;
  return (
    code === 'NoSuchEntity' ||
    (code === 'MalformedPolicyDocument' && /(invalid|unsupported) principal/i.test(error.message))
  );
}

/**
 * KMS answers through Secrets Manager, a denial as `AccessDeniedException: Access to KMS is not allowed`: that is a matter
 * of the key's policy, not of the function's role, and does not pass.
 */
const isKms = (error: Error) => /kms/i.test(`${error.name} ${error.message}`);

/** Whether the function's role lacks a permission, as far as can be told. */
export function isDenial(error: Error): boolean {
  return ['AccessDenied', 'UnauthorizedOperation'].includes(codeOf(error)) && !isKms(error);
}

/** Whether the values of a secret cannot be read or written because of its KMS key. */
export function isKmsFailure(error: unknown): boolean {
  const cause = error instanceof CallError ? error.cause : (error as Error);
  return isKms(cause) || ['DecryptionFailure', 'EncryptionFailure'].includes(codeOf(cause));
}

/**
 * Who denies, if the message names a policy that will not change by waiting: a service control policy, a permissions
 * boundary, a Deny statement. https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function deniedBy(error: Error): string | undefined {
  const denial =
    /explicit deny(?: in an? (.+?(?:policy|boundary)))?|because no ((?:service control|resource control|session|VPC endpoint) policy|permissions boundary)/i.exec(
      error.message,
    );
  return denial ? (denial[1] ?? denial[2] ?? 'Deny statement') : undefined;
}

/** What a user can do about an error of AWS, as whole sentences; empty: nothing is known. */
export function adviceOn(error: Error): string {
  if (isDenial(error)) {
    const policy = deniedBy(error);
    return policy
      ? `The denial comes from a ${policy}: ask its owner to allow this action, then try again.`
      : "If the template's role was changed, restore it; if the resource lost its tag rv-access:stack, set ExistingEntities to Adopt; " +
          "begin the names of a further bundle with the provider's FurtherBundlesPrefix.";
  }
  if (isKmsFailure(error))
    return 'Check that the key of the secret (KmsKeyArn) exists, is enabled, and that its policy lets this account use it.';
  if (codeOf(error) === 'MalformedPolicyDocument' && /unsupported principal/i.test(error.message))
    return "SecretReaderArns, or another statement in the secret's resource policy, names somebody who is not there: correct it.";
  if (codeOf(error) === 'LimitExceeded')
    return 'A quota is reached: delete what is not needed, or have the quota raised.';
  if (
    /boundary|^Scope ARN/i.test(error.message) &&
    ['NoSuchEntity', 'InvalidInput', 'ValidationError'].includes(codeOf(error))
  )
    return 'PermissionsBoundaryArn names a policy that is not there: correct it, or make that policy first.';
  if (isFailing(error) || isPassing(error, {}))
    return 'It went on for longer than was waited for: try again in some minutes.';
  return '';
}
