import { describe, expect, test } from 'vitest';
import { parseProperties } from '../../../src/bundle/properties.ts';
import { parseStackId } from '../../../src/bundle/stack.ts';
import { useAccount } from '../../support/account.ts';
import { template } from '../template/template.ts';
import { readPage } from './markdown.ts';

/** What docs/security/controls.md says of the stack, as far as it can be tested without an account. */
const account = useAccount();
const page = readPage('docs/security/controls.md');
const stack = parseStackId('arn:aws:cloudformation:us-east-1:123456789012:stack/redis/1');
const rows = page.tables.flatMap((table) => table.rows);
const row = (control: string) => rows.find(([cell]) => cell?.includes(`[${control}]`))?.join(' ') ?? '';
type Resource = { Type: string; Properties: Record<string, unknown> };
const resources = Object.values(template.Resources) as unknown as Resource[];
const ofType = (type: string) =>
  resources.filter(({ Type }) => Type === type).map(({ Properties }) => Properties);

describe('Security Hub', () => {
  test('SecretsManager.1 and .4: rotation is switched on with the days that are set, by this function', async () => {
    const { calls } = await account.create({ RotationDays: '45' });
    expect(calls.some(({ action }) => action === 'RotateSecret')).toBe(true);
    expect(account.secret()).toMatchObject({ rotationEnabled: true, rotationDays: 45 });
    expect(row('SecretsManager.1')).toContain('`RotationDays` is 0, the default');
  });

  test('SecretsManager.1: as the stack comes, nothing rotates', async () => {
    const { calls } = await account.create();
    expect(calls.some(({ action }) => action === 'RotateSecret')).toBe(false);
    expect(template.Parameters.RotationDays?.Default).toBe('0');
  });

  test('IAM.3: the days that the page names are days that the stack takes', () => {
    for (const days of ['7', '44', '87', '89'])
      expect(parseProperties({ RotationDays: days }, stack).RotationDays).toBe(Number(days));
    expect(() => parseProperties({ RotationDays: '6' }, stack)).toThrow('RotationDays');
    const [, kept, deleted] = /up to (\d+); or up to (\d+)/.exec(row('IAM.3')) ?? [];
    // The replaced key works until the next rotation, or for a day and until the daily check; and the hour of a rotation is not given.
    expect(2 * Number(kept) + 1).toBeLessThanOrEqual(90);
    expect(Number(deleted) + 3).toBeLessThanOrEqual(90);
  });

  test.each([
    ['UserAndRole', true],
    ['User', true],
    ['Role', false],
    ['None', false],
  ])('IAM.5, IAM.22: with ConsoleAccess=%s there is a password: %s', async (ConsoleAccess, isThere) => {
    await account.create({ ConsoleAccess });
    expect(account.user().loginProfile !== undefined).toBe(isThere);
  });

  test('IAM.2: the policy is on the user directly, and there is no group', async () => {
    await account.create();
    expect(account.user().attached).toHaveLength(1);
    expect(row('IAM.2')).toContain('always');
  });

  test('Lambda.1: the function is called by AWS for this account, and has no URL', () => {
    for (const permission of ofType('AWS::Lambda::Permission')) {
      expect(['secretsmanager.amazonaws.com', 'events.amazonaws.com']).toContain(permission.Principal);
      expect('SourceAccount' in permission || 'SourceArn' in permission).toBe(true);
    }
    expect(ofType('AWS::Lambda::Url')).toEqual([]);
    for (const properties of ofType('AWS::Serverless::Function')) {
      expect(properties).not.toHaveProperty('FunctionUrlConfig');
      expect(properties).not.toHaveProperty('Events');
      expect(row('Lambda.2')).toContain(`\`${properties.Runtime}\``);
    }
  });

  test('DynamoDB.2, .6: the ledger has neither point-in-time recovery nor deletion protection, and the page says so', () => {
    for (const table of ofType('AWS::DynamoDB::Table')) {
      expect(table).not.toHaveProperty('PointInTimeRecoverySpecification');
      expect(table).not.toHaveProperty('DeletionProtectionEnabled');
    }
    for (const control of ['DynamoDB.2', 'DynamoDB.6']) expect(row(control)).toContain('suppress it');
  });

  test('CloudWatch.16: the log can be kept for a year, and is kept for 30 days as it comes', () => {
    const { Default, AllowedValues } = template.Parameters.LogRetentionDays as never as Record<
      string,
      unknown
    >;
    expect(String(Default)).toBe('30');
    expect((AllowedValues as unknown[]).map(String)).toContain('365');
    for (const { RetentionInDays } of ofType('AWS::Logs::LogGroup'))
      expect(RetentionInDays).toEqual({ Ref: 'LogRetentionDays' });
    expect(row('CloudWatch.16')).toContain('it is 30, the default');
  });
});

test('every parameter that the page names is one of the template', () => {
  const named = [...page.text.matchAll(/`([A-Z][A-Za-z]+)(?:=\w+)?`/g)].map(([, name = '']) => name);
  const words = ['UserAndRole', 'User', 'None', 'Role', 'Ledger', 'Off'];
  for (const name of named.filter((each) => !words.includes(each)))
    expect(template.Parameters).toHaveProperty(name);
});

test('every control of Security Hub has a link to AWS’s page, and says how it was tested', () => {
  const [hub] = page.tables;
  expect(hub?.rows.length).toBeGreaterThanOrEqual(10);
  for (const [control = '', , , , tested = ''] of hub?.rows ?? []) {
    const [, name = '', link = ''] =
      /^\[(.+)\]\(https:\/\/docs\.aws\.amazon\.com\/securityhub\/\S+#(.+)\)$/.exec(control) ?? [];
    expect(link).toBe(name.toLowerCase().replace('.', '-'));
    expect(tested).not.toBe('');
  }
});
