import { describe, expect, test } from 'vitest';
import { describeBundle } from '../../../src/bundle/bundle.ts';
import { identityOf } from '../../../src/bundle/bundle-id.ts';
import { parseProperties } from '../../../src/bundle/properties.ts';
import { attributesOf, foundAttributes } from '../../../src/cloudformation/attributes.ts';
import { VERSION } from '../../../src/version.ts';
import { STACK_ID } from '../../support/memory-aws/events.ts';

const identity = identityOf(STACK_ID, 'Bundle');
const attributes = (raw: Record<string, unknown> = {}, found?: Record<string, string>) =>
  attributesOf(describeBundle(identity, parseProperties(raw, identity.stack)), found);
const found = {
  SecretArn: 'arn',
  AccessKeyId: 'AKIA',
  AccessKeyCreated: '2026-01-15T12:00:00.000Z',
  CloudAccountId: '16961',
  PreflightFindings: '2',
};

/** As in the contract, and as the template has outputs for. */
const NAMES = [
  ...['AccessKeyCreated', 'AccessKeyId', 'AccountId', 'CloudAccountId', 'CloudAccountName', 'ConsoleRoleArn'],
  ...['ConsoleRoleName', 'InstancePolicyArn', 'InstanceProfileArn', 'InstanceRoleArn', 'InstanceRoleName'],
  ...['PolicyEdition', 'PreflightFindings', 'SecretArn', 'SecretConsoleUrl', 'SecretName', 'SignInLoginUrl'],
  ...['UserArn', 'UserName', 'UserPolicyArn', 'Version', 'Warnings'],
];

describe('the attributes', () => {
  test.each([{}, { ConsoleAccess: 'None' }, { ConsoleAccess: 'User' }])(
    'are all there with %j, since each must exist, and are texts',
    (raw) => {
      expect(Object.keys(attributes(raw)).sort()).toEqual(NAMES);
      for (const value of Object.values(attributes(raw))) expect(value).toBeTypeOf('string');
    },
  );

  test('without a console role are empty for it', () => {
    expect(attributes({ ConsoleAccess: 'None' })).toMatchObject({ ConsoleRoleName: '', ConsoleRoleArn: '' });
  });

  test('tell version and edition of the policies', () => {
    expect(attributes()).toMatchObject({
      Version: VERSION,
      PolicyEdition: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(attributes({ UserPolicyDocument: '{"Statement":[]}' }).PolicyEdition).toBe('custom');
  });

  test('that were found out on the way are what was found', () => {
    const told = foundAttributes({ found, warnings: ['One.', 'Two.'] });
    expect(told).toEqual({ ...found, Warnings: 'One. Two.' });
    expect(attributes({}, told)).toMatchObject(told);
  });
});

test.each([
  [500, 'x'.repeat(500)],
  [501, `${'x'.repeat(499)}…`],
])('warnings of %i characters are cut to 500', (length, expected) => {
  expect(foundAttributes({ found, warnings: ['x'.repeat(length)] }).Warnings).toBe(expected);
});
