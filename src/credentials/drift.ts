import type { Bundle } from '../bundle/bundle.ts';
import { CURRENT } from '../secret/versions.ts';
import type { ObservedCredentials } from './observe.ts';
import type { CredentialsPlan } from './plan.ts';

/** What is not in order with credentials, in words and never with a value. */
export interface CredentialsDrift {
  user: string[];
  secret: string[];
}

/**
 * Tells what a plan would set right, and the access keys that it would leave.
 *
 * @param isReadable whether the secret is there and ours; without it nothing is known of what it holds
 */
export function credentialsDrift(
  { user: { consolePassword }, secret: { rotationDays } }: Pick<Bundle, 'user' | 'secret'>,
  { lost, made, hasPassword }: ObservedCredentials,
  plan: CredentialsPlan,
  isReadable: boolean,
): CredentialsDrift {
  const { keyFrom, target, foreign, retire, inactive, setPassword, abandoned, previousVersion } = plan;
  // The next rotation removes what one that was given up has left; without it a person has to.
  const left = rotationDays === 0 ? made.filter(({ rotating }) => rotating) : [];
  const isUnknown = isReadable && setPassword && hasPassword;
  return {
    user: [
      ...foreign.map((id) => `it has the access key ${id}, which the bundle did not make`),
      ...lost.map((id) => `its access key ${id} is gone`),
      ...left.map(
        ({ id }) =>
          `its access key ${id} is left of a rotation that was given up, and nothing is rotated any more`,
      ),
      ...(inactive
        ? [`its access key ${keyFrom?.content.accessKeyId} is Inactive and should be Active`]
        : []),
      ...(consolePassword && !hasPassword ? ['it has no console password and should have one'] : []),
      ...(!consolePassword && hasPassword ? ['it has a console password and should have none'] : []),
      ...(isUnknown ? ['its console password is not known to be the one in the secret'] : []),
    ],
    secret: isReadable
      ? [
          ...(target?.stages.includes(CURRENT) ? [] : ['AWSCURRENT does not hold what it should']),
          ...retire.map((id) => `the access key ${id} is left of an operation that failed`),
          ...(abandoned ? ['AWSPENDING is on a version that was given up'] : []),
          ...(previousVersion ? ['AWSPREVIOUS is not on the version with the access key before'] : []),
        ]
      : [],
  };
}
