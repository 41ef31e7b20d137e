import * as v from 'valibot';
import { InvalidPropertiesError } from '../errors.ts';
import { entries, REDIS_ACCOUNT_ID, schema } from './property-schema.ts';
import type { Stack } from './stack.ts';

/** What CloudFormation adds to the properties for its own use. */
const CLOUDFORMATION_PROPERTIES = ['ServiceToken', 'ServiceTimeout'];

/** The properties of a bundle as they stand in the template, with every default filled in. */
export type BundleProperties = v.InferOutput<typeof schema>;
type PropertyName = keyof typeof entries;

/** CloudFormation turns scalars into strings, and an empty string is the same as absent. */
function normalize(raw: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(raw)
      .filter(([key]) => !CLOUDFORMATION_PROPERTIES.includes(key))
      .map(([key, value]) => [key, ['number', 'boolean'].includes(typeof value) ? String(value) : value])
      .filter(([, value]) => value !== '' && value !== null && value !== undefined),
  );
}

function withDefaults(parsed: BundleProperties): BundleProperties {
  return { ...parsed, SecretName: parsed.SecretName || `rv-access/${parsed.UserName}` };
}

/**
 * Reads the properties of a Create or Update.
 *
 * @param raw `ResourceProperties` as CloudFormation sends them
 * @throws InvalidPropertiesError naming each property, value and rule that do not fit
 */
export function parseProperties(raw: Record<string, unknown>, stack: Stack): BundleProperties {
  const given = normalize(raw);
  const problems = Object.keys(given)
    .filter((key) => !Object.hasOwn(entries, key))
    .map((key) => `"${key}" is not a property of the bundle.${suggestion(key)}`);
  const result = v.safeParse(schema, given);
  for (const issue of result.issues ?? []) {
    const property = String(issue.path?.[0]?.key);
    problems.push(`${property} ${shown(given[property])} ${issue.message}.`);
  }
  if (problems.length > 0) throw new InvalidPropertiesError([...new Set(problems)]);
  const properties = withDefaults(result.output as BundleProperties);
  problems.push(...brokenRules(properties, stack));
  if (problems.length > 0) throw new InvalidPropertiesError(problems);
  return properties;
}

/**
 * Reads properties that must not stand in the way: those of a Delete, or of the state that an Update leaves. What does
 * not fit counts as absent.
 */
export function parsePropertiesLeniently(raw: Record<string, unknown> = {}): BundleProperties {
  const usable = Object.entries(normalize(raw)).filter(
    ([key, value]) => Object.hasOwn(entries, key) && v.safeParse(entries[key as PropertyName], value).success,
  );
  return withDefaults(v.parse(schema, Object.fromEntries(usable)));
}

/** The rules that tie properties to one another and to where the stack is. */
function brokenRules(properties: BundleProperties, stack: Stack): string[] {
  const { KmsKeyArn, PermissionsBoundaryArn, SecretName } = properties;
  const broken: string[] = [];
  const collide = (
    one: 'InstanceRoleName' | 'InstancePolicyName',
    other: 'ConsoleRoleName' | 'UserPolicyName',
  ) => {
    if (properties[one].toLowerCase() === properties[other].toLowerCase())
      broken.push(`${one} and ${other} are both ${shown(properties[one])}: give them different names.`);
  };
  collide('InstanceRoleName', 'ConsoleRoleName');
  collide('InstancePolicyName', 'UserPolicyName');
  if (SecretName.includes(','))
    broken.push(
      `UserName ${shown(properties.UserName)} has a comma, which a secret's name may not have: set SecretName.`,
    );
  if (properties.SecretReaderArns.length > 0 && !KmsKeyArn)
    broken.push(
      'SecretReaderArns needs KmsKeyArn: a secret under the AWS managed key cannot be read from other accounts. ' +
        'Set KmsKeyArn to a key whose policy lets these readers decrypt.',
    );
  const [, keyPartition, , keyRegion] = KmsKeyArn.split(':');
  if (KmsKeyArn && (keyPartition !== stack.partition || keyRegion !== stack.region))
    broken.push(`KmsKeyArn ${shown(KmsKeyArn)} must be a key in the stack's Region ${stack.region}.`);
  const [, boundaryPartition, , , boundaryAccount = ''] = PermissionsBoundaryArn.split(':');
  if (
    PermissionsBoundaryArn &&
    (boundaryPartition !== stack.partition || !['aws', stack.accountId].includes(boundaryAccount))
  )
    broken.push(
      `PermissionsBoundaryArn ${shown(PermissionsBoundaryArn)} must be a policy of this account or of AWS.`,
    );
  if (properties.ReplicaRegions.includes(stack.region))
    broken.push(`ReplicaRegions ${shown(stack.region)} is the stack's own Region: name other Regions only.`);
  if (
    wantsConsoleRole(properties) &&
    stack.partition !== 'aws' &&
    properties.RedisAccountId === REDIS_ACCOUNT_ID
  )
    broken.push(
      `RedisAccountId ${shown(REDIS_ACCOUNT_ID)} is an account of the partition aws and cannot assume a role in ${stack.partition}. ` +
        "Set RedisAccountId to Redis's account there, or ConsoleAccess to User or None.",
    );
  return broken;
}

/** Whether the user gets a console password. */
export function wantsConsolePassword({ ConsoleAccess }: BundleProperties): boolean {
  return ConsoleAccess === 'User' || ConsoleAccess === 'UserAndRole';
}

/** Whether there is a role for the console. */
export function wantsConsoleRole({ ConsoleAccess }: BundleProperties): boolean {
  return ConsoleAccess === 'Role' || ConsoleAccess === 'UserAndRole';
}

function shown(value: unknown): string {
  const json = JSON.stringify(value);
  return json.length > 100 ? `${json.slice(0, 100)}…` : json;
}

/** "Did you mean" for a key that has nearly the letters of a property. */
function suggestion(key: string): string {
  const letters = (word: string) => [...word.toLowerCase()].sort().join('');
  const close = Object.keys(entries).find(
    (known) =>
      letters(known) === letters(key) || known.toLowerCase().startsWith(key.toLowerCase().slice(0, 6)),
  );
  return close ? ` Did you mean ${close}?` : ' Correct or remove it.';
}
