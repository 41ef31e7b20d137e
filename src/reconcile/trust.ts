import type { Bundle } from '../bundle/bundle.ts';
import { NAMES } from '../bundle/bundle-id.ts';
import { type BundleProperties, parsePropertiesLeniently } from '../bundle/properties.ts';
import { shown, wantsConsoleRole } from '../bundle/property-rules.ts';
import { InvalidPropertiesError } from '../errors.ts';
import type { InForce } from '../ledger/state.ts';

/**
 * An event widens nothing. Whoever may invoke the function can send it an event that CloudFormation never sent. So what
 * decides who gets access must be what the template of the function's own stack says, which stands in its environment, or
 * what is in force already: a roll-back may come before the environment is rolled back.
 */

/** Where the template's word for a property stands. */
const ENVIRONMENT = {
  RedisAccountId: 'REDIS_ACCOUNT_ID',
  SecretReaderArns: 'SECRET_READER_ARNS',
  KmsKeyArn: 'KMS_KEY_ARN',
  ReplicaRegions: 'REPLICA_REGIONS',
  PermissionsBoundaryArn: 'PERMISSIONS_BOUNDARY_ARN',
  RedisCloudApiSecretArn: 'REDIS_CLOUD_API_SECRET_ARN',
} as const;
type Guarded = keyof typeof ENVIRONMENT;

/** Bundles of other stacks are bound by the function's role; but the key to Redis Cloud is the provider's alone. */
const GUARDED_EVERYWHERE: Guarded[] = ['RedisCloudApiSecretArn'];

/**
 * Whether a bundle of another stack has names that only the own stack's bundle may have: what that one has deleted could be
 * made anew by an event in the name of another stack, with policies of its own.
 */
function hasOwnNames(properties: BundleProperties): boolean {
  const prefix = process.env.FURTHER_BUNDLES_PREFIX;
  const isFurther = (name: string) =>
    prefix === undefined ||
    (prefix !== '' && (name.startsWith(prefix) || name.startsWith(`rv-access/${prefix}`)));
  return NAMES.filter((name) => name !== 'ConsoleRoleName' || wantsConsoleRole(properties)).some(
    (name) => !isFurther(properties[name]),
  );
}

/**
 * @param inForce what the ledger says that the last successful request has carried out
 * @throws InvalidPropertiesError naming each property that the template says otherwise
 */
export function refuseWiderThanTemplate(
  { stack, providerStackId, properties }: Bundle,
  inForce: InForce | undefined,
): void {
  const isOwnStack = process.env.STACK_ID !== undefined && stack.id === providerStackId;
  const isBound = isOwnStack || hasOwnNames(properties);
  const guarded = isBound ? (Object.keys(ENVIRONMENT) as Guarded[]) : GUARDED_EVERYWHERE;
  const before = inForce && parsePropertiesLeniently(inForce.properties, stack);
  const problems = guarded
    .filter((name) => {
      const word = process.env[ENVIRONMENT[name]];
      // The template sets all of them, maybe to nothing. A function that it has not made has nobody's word to go by.
      if (word === undefined || (!isBound && properties[name].length === 0)) return false;
      const known = [parsePropertiesLeniently({ [name]: word }, stack), ...(before ? [before] : [])];
      return !known.some((other) => JSON.stringify(other[name]) === JSON.stringify(properties[name]));
    })
    .map(
      (name) => `${name} ${shown(properties[name])} is not what the template of the function's stack says.`,
    );
  if (isBound)
    for (const name of ['InstancePolicyDocument', 'UserPolicyDocument'] as const)
      if (properties[name])
        problems.push(
          `${name} is taken from bundles of other stacks only, with names that begin with FurtherBundlesPrefix: ` +
            'the template has no such parameter.',
        );
  if (problems.length > 0)
    throw new InvalidPropertiesError([...problems, 'Change the parameter of that stack instead.']);
}
