import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  bundleTag,
  type Identity,
  identityOf,
  isPhysicalId,
  physicalId,
  stackNameOf,
} from '../../../src/bundle/bundle-id.ts';
import { parseProperties } from '../../../src/bundle/properties.ts';
import { parseStackId } from '../../../src/bundle/stack.ts';

const STACK = 'arn:aws:cloudformation:eu-west-1:123456789012:stack/redis-access/0b7c1d40';
const identity = (stackId = STACK, logicalId = 'Bundle'): Identity => ({
  stack: parseStackId(stackId),
  logicalId,
  providerStackId: 'arn:aws:cloudformation:eu-west-1:123456789012:stack/provider/aaaa',
});
const idOf = (raw: Record<string, unknown> = {}, of = identity()) =>
  physicalId(of, parseProperties(raw, parseStackId(STACK)));
const LONGEST = identity(STACK.replace('redis-access', 's'.repeat(128)), 'L'.repeat(255));

describe('the physical id', () => {
  test('is the same for the same request, and is the tag with 16 digits of the names', () => {
    expect(idOf()).toBe(idOf());
    expect(idOf()).toMatch(/^rv-access\/redis-access\/Bundle\/[0-9a-f]{16}-[0-9a-f]{16}$/);
    expect(idOf().startsWith(`${bundleTag(identity())}-`)).toBe(true);
  });

  test.each([
    { InstanceRoleName: 'x' },
    { InstancePolicyName: 'x' },
    { UserName: 'x' },
    { UserPolicyName: 'x' },
    { ConsoleRoleName: 'x' },
    { SecretName: 'x' },
  ])('changes with %j', (raw) => {
    expect(idOf(raw)).not.toBe(idOf());
  });

  test('changes when two names are exchanged', () => {
    const one = idOf({ InstanceRoleName: 'a', ConsoleRoleName: 'b' });
    expect(one).not.toBe(idOf({ InstanceRoleName: 'b', ConsoleRoleName: 'a' }));
  });

  test.each([
    { ConsoleAccess: 'None' },
    { AccessKeySerial: '2' },
    { PasswordSerial: '2' },
    { Tags: 'Team=Data' },
    { SecretRecoveryDays: '7' },
    { ReplicaRegions: 'us-east-1' },
    { ExistingEntities: 'Adopt' },
    { PolicyRevision: 'x' },
    { CloudAccountName: 'redis' },
    { RotationDays: '30' },
    { UserPolicyDocument: '{"Statement":[]}' },
  ])('stays with %j', (raw) => {
    expect(idOf(raw)).toBe(idOf());
  });

  test.each([
    [idOf(), true],
    [idOf({}, LONGEST), true],
    [bundleTag(identity()), false],
    ['redis-access-Bundle-1ABCDEFGHIJKL', false],
    [`${idOf()}0`, false],
    [`x${idOf()}`, false],
    ['', false],
    [undefined, false],
  ])('is told from one that CloudFormation invented: %s', (id, is) => {
    expect(isPhysicalId(id)).toBe(is);
  });
});

describe('the tag of a bundle', () => {
  test('names the resource of the stack, whatever the names', () => {
    const twin = STACK.replace('0b7c1d40', '0b7c1d41');
    const tags = [identity(), identity(twin), identity(STACK, 'Other')].map(bundleTag);
    expect(new Set(tags).size).toBe(3);
    expect(idOf({ UserName: 'other' }).startsWith(bundleTag(identity()))).toBe(true);
  });

  test('of two long logical ids with the same beginning differs', () => {
    const long = 'L'.repeat(100);
    expect(bundleTag(identity(STACK, `${long}1`))).not.toBe(bundleTag(identity(STACK, `${long}2`)));
  });

  test('and the physical id are tag values even for the longest names', () => {
    expect(idOf({}, LONGEST).length).toBeLessThanOrEqual(256);
    expect(idOf({}, LONGEST)).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u);
  });

  test('tells the name of its stack; one that no bundle gives tells nothing', () => {
    expect(stackNameOf(bundleTag(identity()))).toBe('redis-access');
    expect(stackNameOf('redis-access-Bundle-1ABCDEFGHIJKL')).toBeUndefined();
  });
});

describe('whose bundle a request is about', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test('is told by the stack and the logical id, and the provider’s stack is that of the function', () => {
    vi.stubEnv('STACK_ID', 'arn:provider');
    expect(identityOf(STACK, 'Bundle')).toEqual({
      stack: parseStackId(STACK),
      logicalId: 'Bundle',
      providerStackId: 'arn:provider',
    });
  });

  test('is taken for the provider’s where the function does not know its stack', () => {
    vi.stubEnv('STACK_ID', '');
    expect(identityOf(STACK, 'Bundle').providerStackId).toBe(STACK);
  });

  test.each(['none', undefined, 7])('cannot be told by the stack id %j', (id) => {
    expect(() => identityOf(id, 'Bundle')).toThrow(TypeError);
  });
});
