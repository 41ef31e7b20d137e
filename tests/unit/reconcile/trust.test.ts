import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { bundleOf } from '../../../src/bundle/bundle.ts';
import { identityOf } from '../../../src/bundle/bundle-id.ts';
import { InvalidPropertiesError } from '../../../src/errors.ts';
import { refuseWiderThanTemplate } from '../../../src/reconcile/trust.ts';
import { STACK_ID } from '../../support/memory-aws/events.ts';

/** Where the template's word stands, with something else than it says. */
const GUARDED: [string, string, unknown][] = [
  ['RedisAccountId', 'REDIS_ACCOUNT_ID', '666666666666'],
  ['SecretReaderArns', 'SECRET_READER_ARNS', 'arn:aws:iam::666666666666:root'],
  ['KmsKeyArn', 'KMS_KEY_ARN', 'arn:aws:kms:us-east-1:123456789012:key/1'],
  ['ReplicaRegions', 'REPLICA_REGIONS', 'eu-west-1'],
  ['PermissionsBoundaryArn', 'PERMISSIONS_BOUNDARY_ARN', 'arn:aws:iam::aws:policy/AdministratorAccess'],
  [
    'RedisCloudApiSecretArn',
    'REDIS_CLOUD_API_SECRET_ARN',
    'arn:aws:secretsmanager:us-east-1:123456789012:secret:x-abcdef',
  ],
];
const OTHER_STACK = STACK_ID.replace('redis-access', 'team');

beforeEach(() => {
  vi.stubEnv('STACK_ID', STACK_ID);
  for (const [, variable] of GUARDED) vi.stubEnv(variable, '');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

function check(raw: Record<string, unknown>, inForce?: Record<string, unknown>, StackId = STACK_ID) {
  const identity = identityOf(StackId, 'Bundle');
  const before = inForce && { id: 'id', properties: inForce, stackId: StackId, logicalId: 'Bundle' };
  return () => refuseWiderThanTemplate(bundleOf(identity, raw), before);
}

describe.each(GUARDED)('%s of the template’s own bundle', (name, variable, value) => {
  test('is refused if the template does not say so, and named with the value', () => {
    expect(check({ [name]: value })).toThrow(InvalidPropertiesError);
    expect(check({ [name]: value })).toThrow(
      new RegExp(
        `^${name} .*${value}.* is not what the template of the function's stack says\\. Change the parameter`,
      ),
    );
  });

  test('is taken if the template says so', () => {
    vi.stubEnv(variable, String(value));
    expect(check({ [name]: value })).not.toThrow();
  });

  test('is refused if the event leaves it out and the template does not', () => {
    vi.stubEnv(variable, String(value));
    expect(check({})).toThrow(name);
  });

  test('is taken if it is in force already: a roll-back may come before the environment’s', () => {
    expect(check({ [name]: value }, { [name]: value })).not.toThrow();
    expect(check({ [name]: value }, { UserName: 'x' })).toThrow(name);
  });

  test('is nobody’s to refuse where the variable is not set at all: no template has made that function', () => {
    vi.stubEnv(variable, undefined);
    expect(check({ [name]: value })).not.toThrow();
    expect(check({})).not.toThrow();
  });
});

test('what the template does not say and the event does not either is nothing to refuse', () => {
  expect(check({})).not.toThrow();
  expect(check({ UserName: 'x', Tags: 'Team=Data', ConsoleAccess: 'None' })).not.toThrow();
});

test('an id of Redis’s account that is empty in the template stands for the default', () => {
  expect(check({ RedisAccountId: '168085023892' })).not.toThrow();
});

test.each(['InstancePolicyDocument', 'UserPolicyDocument'])(
  '%s is refused: the template has no such parameter',
  (name) => {
    const document = { [name]: '{"Statement":[]}' };
    expect(check(document)).toThrow(`${name} is taken from bundles of other stacks only`);
    expect(check(document, document)).toThrow(name);
    expect(check(document, undefined, OTHER_STACK)).not.toThrow();
  },
);

test('all that is wider is told at once', () => {
  const raw = Object.fromEntries(GUARDED.map(([name, , value]) => [name, value]));
  for (const [name] of GUARDED) expect(check(raw)).toThrow(`${name} `);
});

describe('a bundle of another stack', () => {
  test.each(GUARDED.slice(0, -1))('may have its own %s', (name, _variable, value) => {
    expect(check({ [name]: value }, undefined, OTHER_STACK)).not.toThrow();
  });

  test('may not have the provider’s key to Redis Cloud for anything but what the template says', () => {
    const [name = '', variable = '', value] = GUARDED.at(-1) ?? [];
    expect(check({ [name]: value }, undefined, OTHER_STACK)).toThrow(name);
    expect(check({}, undefined, OTHER_STACK)).not.toThrow();
    vi.stubEnv(variable, String(value));
    expect(check({ [name]: value }, undefined, OTHER_STACK)).not.toThrow();
    expect(check({}, undefined, OTHER_STACK)).not.toThrow();
  });

  describe('is held to the word of the template like its own bundle', () => {
    const document = { UserPolicyDocument: '{"Statement":[]}' };
    const names = {
      InstanceRoleName: 'team-node',
      InstancePolicyName: 'team-node',
      UserName: 'team-user',
      UserPolicyName: 'team-user',
      ConsoleRoleName: 'team-console',
      SecretName: 'team-keys',
    };
    const of = (raw: Record<string, unknown>, inForce?: Record<string, unknown>) =>
      check({ ...names, ...document, ...raw }, inForce, OTHER_STACK);
    beforeEach(() => {
      vi.stubEnv('FURTHER_BUNDLES_PREFIX', 'team-');
    });

    test.each(Object.keys(names))('if %s does not begin with the prefix, though it is in force', (name) => {
      expect(of({})).not.toThrow();
      const other = { [name]: 'x-team-1' };
      expect(of(other)).toThrow('UserPolicyDocument');
      expect(of(other, { ...names, ...document, ...other })).toThrow('UserPolicyDocument');
      for (const [guarded, , value] of GUARDED) expect(of({ ...other, [guarded]: value })).toThrow(guarded);
      expect(of({ ...other, UserPolicyDocument: undefined })).not.toThrow();
    });

    test('if the template gives no prefix', () => {
      vi.stubEnv('FURTHER_BUNDLES_PREFIX', '');
      expect(of({})).toThrow(
        'UserPolicyDocument is taken from bundles of other stacks only, with names that begin with FurtherBundlesPrefix',
      );
    });

    test('but not for a secret that is named after its user', () => {
      expect(of({ SecretName: '' })).not.toThrow();
      expect(of({ SecretName: 'rv-access/redislabs-user' })).toThrow('UserPolicyDocument');
    });

    test('but not for the console role’s name where there is none', () => {
      expect(of({ ConsoleRoleName: 'redislabs-role', ConsoleAccess: 'User' })).not.toThrow();
    });

    test('unless no template has made that function', () => {
      vi.stubEnv('FURTHER_BUNDLES_PREFIX', undefined);
      expect(check(document, undefined, OTHER_STACK)).not.toThrow();
    });
  });
});
