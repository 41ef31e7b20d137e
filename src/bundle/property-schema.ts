import * as v from 'valibot';
import { RESERVED_TAG_KEYS, type Tags } from './tags.ts';

/** The account from which Redis manages clusters, in the partition `aws`. */
export const REDIS_ACCOUNT_ID = '168085023892';
/** AWS allows 50 tags on a resource. Three are the bundle's, and two are left for people (`rv-access:delete` and the like). */
const MAX_USER_TAGS = 45;
const MAX_POLICY_CHARACTERS = 6144;

const text = (pattern: RegExp, rule: string) => v.pipe(v.string(rule), v.regex(pattern, rule));
const name = (longest: number, fallback: string) =>
  v.optional(
    text(new RegExp(`^[\\w+=,.@-]{1,${longest}}$`), `must be 1 to ${longest} letters, digits or _+=,.@-`),
    fallback,
  );
/** The first of them if it is absent. */
const oneOf = <const Values extends [string, ...string[]]>(...values: Values) =>
  oneOfOr(values[0], ...values);
const oneOfOr = <const Values extends [string, ...string[]]>(fallback: Values[number], ...values: Values) =>
  v.optional(v.picklist(values, `must be one of ${values.join(', ')}`), fallback);
/** Absent is an empty text. */
const optionalText = (pattern: RegExp, rule: string) =>
  v.optional(text(new RegExp(`^$|${pattern.source}`), rule), '');
const number = (pattern: RegExp, rule: string, fallback: string) =>
  v.optional(v.pipe(text(pattern, rule), v.transform(Number)), fallback);
const serial = number(/^[1-9]\d{0,8}$/, 'must be a whole number from 1 to 999999999', '1');
/** As text; what is none breaks the rule for it then. An object may have a `toString` of its own that is no function. */
const asText = (given: unknown): string =>
  typeof given === 'object' ? JSON.stringify(given) : String(given);
/** A list, or a text with commas; blanks around the items do not count. */
const list = (pattern: RegExp, rule: string) =>
  v.optional(
    v.pipe(
      v.unknown(),
      v.transform((given) => (Array.isArray(given) ? given : asText(given).split(','))),
      v.transform((items) => items.map((item) => asText(item).trim()).filter(Boolean)),
      v.array(text(pattern, rule)),
    ),
    [],
  );

const TAGS_RULE =
  'must be Key=Value pairs with commas between them (or a list of Key and Value): each key once, at most 128 characters, ' +
  `at most 256 in a value, letters, digits, blanks or _.:/=+-@; ${RESERVED_TAG_KEYS.join(', ')} and aws: are taken, aws: also at the beginning of a value; at most ${MAX_USER_TAGS} tags`;
const tagKey = /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/iu;
const tagValue = /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/iu;

const tags = v.optional(
  v.pipe(
    v.unknown(),
    v.transform((given) =>
      Array.isArray(given)
        ? given
        : asText(given)
            .split(',')
            .filter((pair) => pair.trim()),
    ),
    v.transform((items): [string, string][] =>
      items.map((item) => {
        if (typeof item !== 'string') {
          const { Key = '', Value = '', ...more } = Object(item);
          return Object.keys(more).length > 0 ? ['', ''] : [asText(Key), asText(Value)];
        }
        const end = item.indexOf('=');
        return end < 0 ? ['', item] : [item.slice(0, end).trim(), item.slice(end + 1).trim()];
      }),
    ),
    v.check((pairs) => {
      const keys = pairs.map(([key]) => key.toLowerCase());
      const taken = RESERVED_TAG_KEYS.map((key) => key.toLowerCase());
      return (
        pairs.length <= MAX_USER_TAGS &&
        new Set(keys).size === keys.length &&
        pairs.every(([key, value]) => tagKey.test(key) && tagValue.test(value)) &&
        !keys.some((key) => taken.includes(key) || key.startsWith('rv-access:'))
      );
    }, TAGS_RULE),
    v.transform((pairs): Tags => Object.fromEntries(pairs)),
  ),
  [],
);

const DOCUMENT_RULE = `must be an IAM policy as JSON with a Statement, at most ${MAX_POLICY_CHARACTERS} characters without white space`;
const policyDocument = v.optional(
  v.pipe(
    v.unknown(),
    v.transform((given) => {
      if (typeof given !== 'string') return given;
      try {
        return JSON.parse(given) as unknown;
      } catch {
        return undefined;
      }
    }),
    v.check(
      (document) =>
        typeof document === 'object' &&
        document !== null &&
        'Statement' in document &&
        JSON.stringify(document).replace(/\s/g, '').length <= MAX_POLICY_CHARACTERS,
      DOCUMENT_RULE,
    ),
    v.transform((document) => JSON.stringify(document)),
  ),
);

/** Each property: what it may be, what it is when absent, and its rule in words. */
export const entries = {
  InstanceRoleName: name(64, 'redislabs-cluster-node-role'),
  InstancePolicyName: name(128, 'RedisLabsInstanceRolePolicy'),
  UserName: name(64, 'redislabs-user'),
  UserPolicyName: name(128, 'RedislabsIAMUserRestrictedPolicy'),
  ConsoleAccess: oneOf('UserAndRole', 'User', 'Role', 'None'),
  ConsoleRoleName: name(64, 'redislabs-role'),
  RedisAccountId: v.optional(text(/^\d{12}$/, 'must be an AWS account id of 12 digits'), REDIS_ACCOUNT_ID),
  SecretName: optionalText(/^[\w/+=.@-]{1,512}$/, 'must be 1 to 512 letters, digits or _/+=.@-'),
  KmsKeyArn: optionalText(
    /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key|alias)\/[\w/-]+$/,
    'must be the ARN of a KMS key',
  ),
  SecretReaderArns: list(
    /^arn:aws[a-z-]*:iam::\d{12}:(root|(user|role)\/[\w+=,.@/-]+)$/,
    'must be ARNs of accounts (…:root), users or roles, with commas between them',
  ),
  ReplicaRegions: list(
    /^[a-z]{2,}(-[a-z]+)+-\d+$/,
    'must be Regions such as eu-west-1, with commas between them',
  ),
  SecretRecoveryDays: number(/^(0|[7-9]|[12]\d|30)$/, 'must be 7 to 30 days, or 0 to delete at once', '30'),
  PermissionsBoundaryArn: optionalText(
    /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/,
    'must be the ARN of a managed policy',
  ),
  Tags: tags,
  AccessKeySerial: serial,
  PasswordSerial: serial,
  ExistingEntities: oneOf('Fail', 'Adopt'),
  DeletionProtection: oneOf('WhenInUse', 'Off'),
  CloudAccountName: optionalText(
    /^[A-Za-z0-9][A-Za-z0-9-]{2,39}$/,
    'must be 3 to 40 letters, digits or hyphens, a letter or digit first',
  ),
  RedisCloudApiSecretArn: optionalText(
    /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+$/,
    'must be the ARN of a secret in Secrets Manager',
  ),
  RotationDays: number(
    /^(0|[7-9]|[1-9]\d|[12]\d\d|3[0-5]\d|36[0-5])$/,
    'must be 7 to 365 days, or 0 for never',
    '0',
  ),
  Access: oneOf('Active', 'Suspended'),
  PreviousAccessKey: oneOf('KeepUntilNextRotation', 'DeleteWhenUnused'),
  DailyCheck: oneOfOr('Report', 'Off', 'Report', 'Repair'),
  Preflight: oneOfOr('Warn', 'Off', 'Warn', 'Fail'),
  InstancePolicyDocument: policyDocument,
  UserPolicyDocument: policyDocument,
  PolicyRevision: optionalText(/^[\w.:+-]{1,128}$/, 'must be a digest'),
};
export const schema = v.object(entries);
