import * as v from 'valibot';
import { InvalidPropertiesError } from '../errors.ts';
import { brokenRules, shown } from './property-rules.ts';
import { entries, schema } from './property-schema.ts';
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

/**
 * All properties together, in bytes of JSON. The ledger keeps those of ten requests in one item, which DynamoDB limits to
 * 400 KB: what does not fit there could never be deleted again.
 */
const MAX_BYTES = 32_000;

/** The longest name of a cloud account, in characters. */
const MAX_CLOUD_ACCOUNT_NAME = 40;

function withDefaults(parsed: BundleProperties, { name, accountId }: Stack): BundleProperties {
  const stackName = name.slice(0, MAX_CLOUD_ACCOUNT_NAME - accountId.length - 1);
  return {
    ...parsed,
    SecretName: parsed.SecretName || `rv-access/${parsed.UserName}`,
    CloudAccountName: parsed.CloudAccountName || `${stackName}-${accountId}`,
  };
}

/**
 * Reads the properties of a Create or Update.
 *
 * @param raw `ResourceProperties` as CloudFormation sends them
 * @throws InvalidPropertiesError naming each property, value and rule that do not fit
 */
export function parseProperties(raw: Record<string, unknown>, stack: Stack): BundleProperties {
  const bytes = Buffer.byteLength(JSON.stringify(raw));
  if (bytes > MAX_BYTES)
    throw new InvalidPropertiesError([
      `The properties have ${bytes} bytes as JSON together, and may have ${MAX_BYTES} at most: shorten Tags or a policy document.`,
    ]);
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
  const properties = withDefaults(result.output as BundleProperties, stack);
  problems.push(...brokenRules(properties, stack));
  if (problems.length > 0) throw new InvalidPropertiesError(problems);
  return properties;
}

/**
 * Reads properties that must not stand in the way: those of a Delete, or of the state that an Update leaves. What does
 * not fit counts as absent.
 */
export function parsePropertiesLeniently(
  raw: Record<string, unknown> | undefined,
  stack: Stack,
): BundleProperties {
  const usable = Object.entries(normalize(raw ?? {})).filter(
    ([key, value]) => Object.hasOwn(entries, key) && v.safeParse(entries[key as PropertyName], value).success,
  );
  return withDefaults(v.parse(schema, Object.fromEntries(usable)), stack);
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
