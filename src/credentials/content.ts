import type { DesiredSecret, DesiredUser } from '../bundle/bundle.ts';
import type { SecretContent } from '../secret/versions.ts';

/** The content of the secret, from its parts. */
export function contentOf(
  desired: DesiredSecret,
  user: DesiredUser,
  key: SecretContent,
  password: SecretContent | undefined,
  previousAccessKeyId: string | undefined,
): SecretContent {
  const { name, provider, ...rest } = desired.fixed;
  const passwordSerial = password?.passwordSerial ?? desired.passwordSerial;
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
    passwordSerial,
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
 * Whether a version says all that is desired. It need not name the other key: after a rollback that is the newer one, and
 * AWSPREVIOUS is on the version that holds it.
 */
export function holds(content: SecretContent, desired: SecretContent): boolean {
  return (
    FIELDS.every((field) => content[field] === desired[field]) &&
    [undefined, desired.previousAccessKeyId].includes(content.previousAccessKeyId)
  );
}
