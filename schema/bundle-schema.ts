/**
 * The JSON schema of the properties of `Custom::RvAccessBundle`, made of what the function itself parses them with
 * (`src/bundle/property-schema.ts`) and of the descriptions in `template.yaml`.
 */
import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { describeBundle } from '../src/bundle/bundle.ts';
import { identityOf } from '../src/bundle/bundle-id.ts';
import { parseProperties } from '../src/bundle/properties.ts';
import { entries } from '../src/bundle/property-schema.ts';
import { attributesOf } from '../src/cloudformation/attributes.ts';
import { describedParameters } from './descriptions.ts';

export type JsonSchema = Record<string, unknown>;
type Name = keyof typeof entries;
const names = Object.keys(entries) as Name[];

/** Of a valibot schema, what can be looked into. */
interface Inside {
  wrapped?: Inside;
  type?: string;
  message?: unknown;
  requirement?: unknown;
  pipe?: Inside[];
  item?: Inside;
}

/** The schema of each property, without intrinsic functions: cfn-lint resolves them itself. */
export function propertySchemas(): Record<string, JsonSchema> {
  const { properties = {} } = toJsonSchema(v.object(entries), { typeMode: 'input', errorMode: 'ignore' });
  const schemas = names.map((name) => {
    const described = { description: describe(name) };
    const plain = special(name) ?? scalar(name, properties[name] as JsonSchema);
    return [name, { ...described, ...plain }];
  });
  return {
    ServiceToken: {
      description: 'ARN of the function: output ServiceToken of the stack that has it.',
      type: 'string',
    },
    ServiceTimeout: {
      description:
        'Seconds after which CloudFormation gives up: 360, or 960 if the bundle is registered at Redis Cloud.',
      anyOf: [
        { type: 'integer', minimum: 1, maximum: 3600 },
        { type: 'string', pattern: '^\\d{1,4}$' },
      ],
    },
    ...Object.fromEntries(schemas),
  };
}

/** What the property is for, as in the template, and its rule, as the function would say it. */
function describe(name: Name): string {
  const rule = ruleOf(entries[name] as unknown as Inside);
  const purpose = describedParameters[name] ?? '';
  return [purpose, rule && `It ${rule}.`].filter(Boolean).join(' ');
}

function ruleOf({ wrapped, pipe, item, message }: Inside): string {
  if (typeof message === 'string') return message;
  const parts = [...(pipe?.toReversed() ?? []), wrapped, item].filter((part) => part !== undefined);
  return parts.map(ruleOf).find(Boolean) ?? '';
}

/** A text that may be empty, which is the same as absent; a number, where the text is one. */
function scalar(name: Name, { type, pattern, enum: values, default: fallback }: JsonSchema): JsonSchema {
  if (Array.isArray(values)) return { enum: [...values, ''], default: fallback };
  const text = { type, pattern: String(pattern).startsWith('^$|') ? pattern : `^$|${pattern}` };
  const numbers = ranges(name);
  return { ...(numbers.length > 0 ? { anyOf: [text, ...numbers] } : text), default: fallback };
}

/** The whole numbers that the function takes, of a property that it makes a number of: found by asking it. */
function ranges(name: Name): JsonSchema[] {
  const inside = (entries[name] as unknown as Inside).wrapped?.pipe ?? [];
  if (!inside.some(({ type }) => type === 'transform')) return [];
  const takes = (value: number): boolean => v.safeParse(entries[name], String(value)).success;
  const found: { minimum: number; maximum?: number }[] = [];
  for (let value = 0; value <= 1000; value += 1) {
    const current = found.at(-1);
    if (!takes(value)) continue;
    if (current?.maximum === value - 1) current.maximum = value;
    else found.push({ minimum: value, maximum: value });
  }
  // What goes on behind the last number that was asked is left to the function.
  return found.map(({ minimum, maximum }) => ({
    type: 'integer',
    minimum,
    ...(maximum !== undefined && maximum < 1000 && { maximum }),
  }));
}

/** What the function takes in several shapes. */
function special(name: Name): JsonSchema | undefined {
  if (name === 'Tags') return tags;
  if (name === 'InstancePolicyDocument' || name === 'UserPolicyDocument')
    return { anyOf: [{ type: 'object', required: ['Statement'] }, { type: 'string' }] };
  const list = (entries[name] as unknown as Inside).wrapped?.pipe?.find(({ type }) => type === 'array');
  const item = list?.item?.pipe?.find(({ type }) => type === 'regex')?.requirement;
  if (!(item instanceof RegExp)) return undefined;
  const one = item.source.replace(/^\^|\$$/g, '');
  const perhaps = `\\s*(?:${one})?\\s*`;
  return {
    anyOf: [
      { type: 'string', pattern: `^${perhaps}(?:,${perhaps})*$` },
      { type: 'array', items: { type: 'string', pattern: `^${perhaps}$` } },
    ],
  };
}

const tags: JsonSchema = {
  anyOf: [
    { type: 'string', pattern: '^(?:\\s*|[^=,]{1,130}=[^,]{0,258}(?:,(?:\\s*|[^=,]{1,130}=[^,]{0,258}))*)$' },
    {
      type: 'array',
      maxItems: 45,
      items: {
        anyOf: [
          {
            type: 'object',
            required: ['Key'],
            additionalProperties: false,
            properties: {
              Key: { type: 'string', minLength: 1, maxLength: 128 },
              Value: { type: ['string', 'integer', 'boolean'], maxLength: 256 },
            },
          },
          { type: 'string', pattern: '^[^=]{1,130}=' },
        ],
      },
    },
  ],
};

const intrinsic: JsonSchema = {
  description: 'A function of CloudFormation, in its long form.',
  type: 'object',
  minProperties: 1,
  maxProperties: 1,
  patternProperties: { '^(Ref|Condition|Fn::\\w+)$': {} },
  additionalProperties: false,
};

/** For cfn-lint, with the attributes for `Fn::GetAtt` as the registry of CloudFormation tells them. */
export function lintSchema(): JsonSchema {
  const identity = identityOf('arn:aws:cloudformation:us-east-1:123456789012:stack/name/id', 'Bundle');
  const attributes = Object.keys(attributesOf(describeBundle(identity, parseProperties({}, identity.stack))));
  return {
    ...head(),
    properties: propertySchemas(),
    readOnlyProperties: attributes.map((name) => `/properties/${name}`),
  };
}

/** For editors and other programs that know nothing of CloudFormation: a function may stand for any value. */
export function editorSchema(): JsonSchema {
  const properties = Object.entries(propertySchemas()).map(
    ([name, { description, default: fallback, ...plain }]) => [
      name,
      {
        description,
        ...(fallback !== undefined && { default: fallback }),
        anyOf: [...(Array.isArray(plain.anyOf) ? plain.anyOf : [plain]), { $ref: '#/definitions/intrinsic' }],
      },
    ],
  );
  return { ...head(), properties: Object.fromEntries(properties), definitions: { intrinsic } };
}

const head = (): JsonSchema => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Properties of Custom::RvAccessBundle',
  type: 'object',
  required: ['ServiceToken'],
  additionalProperties: false,
});
