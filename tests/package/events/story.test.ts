import { describe, expect, test } from 'vitest';
import { isPhysicalId, physicalId } from '../../../src/bundle/bundle-id.ts';
import { parseProperties } from '../../../src/bundle/properties.ts';
import { parseStackId } from '../../../src/bundle/stack.ts';
import { InvalidPropertiesError } from '../../../src/errors.ts';
import { template } from '../template/template.ts';
import { chapter, others, type StoryEvent, story } from './story.ts';

const names = [
  '1-create',
  '2-update-in-place',
  '3-update-rotate-key',
  '4-update-rename',
  '5-delete',
  '6-delete-after-failed-create',
  '7-delete-invented-id',
  '8-create-with-typo',
];

function idOf(
  { StackId, LogicalResourceId }: StoryEvent,
  properties: StoryEvent['ResourceProperties'],
): string {
  const stack = parseStackId(StackId);
  const identity = { stack, logicalId: LogicalResourceId, providerStackId: StackId };
  return physicalId(identity, parseProperties(properties, stack));
}

test('the events are a numbered story', () => {
  expect(Object.keys(story)).toEqual(names);
  expect(Object.keys(others)).toEqual([
    '9-daily-check',
    '10-repair-by-hand',
    '11-rotate-create',
    '12-rotate-set',
    '13-rotate-test',
    '14-rotate-finish',
  ]);
});

describe('what is not of CloudFormation', () => {
  const { StackId, LogicalResourceId } = chapter('1-create');

  test('the daily check is what the rule of the template sends', () => {
    const [target] = (template.Resources.DailyCheckRule?.Properties?.Targets ?? []) as {
      Input: { 'Fn::Sub': string };
    }[];
    const input = target?.Input['Fn::Sub'].replace(`\${AWS::StackId}`, StackId) ?? '';
    expect(others['9-daily-check']).toEqual(JSON.parse(input));
  });

  test('a check by hand may repair, whatever the property says', () => {
    expect(others['10-repair-by-hand']).toEqual({
      source: 'rv-access.check',
      stackId: StackId,
      logicalResourceId: LogicalResourceId,
      mode: 'Repair',
    });
  });

  test("a rotation is Secrets Manager's four steps about one version of the bundle's secret", () => {
    const steps = Object.values(others).filter((event) => 'Step' in event);
    expect(steps.map(({ Step }) => Step)).toEqual([
      'createSecret',
      'setSecret',
      'testSecret',
      'finishSecret',
    ]);
    const [first, ...rest] = steps.map(({ Step: _, ...event }) => event);
    for (const event of rest) expect(event).toEqual(first);
    expect(first?.SecretId).toMatch(
      /^arn:aws:secretsmanager:us-east-1:123456789012:secret:rv-access\/redislabs-user-\w{6}$/,
    );
    expect(first?.ClientRequestToken).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe.each(Object.entries(story))('%s', (_name, event) => {
  const isUpdate = event.RequestType === 'Update';
  const isCreate = event.RequestType === 'Create';

  test('has all the fields of a real event, and only these', () => {
    expect(Object.keys(event)).toEqual([
      'RequestType',
      'ServiceToken',
      'ResponseURL',
      'StackId',
      'RequestId',
      'LogicalResourceId',
      ...(isCreate ? [] : ['PhysicalResourceId']),
      'ResourceType',
      'ResourceProperties',
      ...(isUpdate ? ['OldResourceProperties'] : []),
    ]);
    expect(event.RequestId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  test('has nothing but strings for values, as CloudFormation makes them', () => {
    const { ResourceProperties, OldResourceProperties = {}, ...rest } = event;
    for (const part of [ResourceProperties, OldResourceProperties, rest])
      for (const value of Object.values(part)) expect(value).toBeTypeOf('string');
  });

  test('is answered at a URL that looks pre-signed and is good for nothing', () => {
    const url = new URL(event.ResponseURL);
    expect(url.host).toBe('cloudformation-custom-resource-response-useast1.s3.amazonaws.com');
    expect(decodeURIComponent(url.pathname)).toBe(
      `/${event.StackId}|${event.LogicalResourceId}|${event.RequestId}`,
    );
    expect(url.searchParams.get('X-Amz-Signature')).toBe('0'.repeat(64));
  });
});

describe.each(Object.entries(story).filter(([name]) => name !== '8-create-with-typo'))(
  '%s',
  (_name, event) => {
    test('has the properties that the template passes on, and the function takes them', () => {
      const { ServiceTimeout: _, ...properties } = template.Resources.Bundle?.Properties ?? {};
      expect(Object.keys(event.ResourceProperties).sort()).toEqual(
        [...Object.keys(properties), 'ServiceTimeout'].sort(),
      );
      expect(event.ResourceProperties).toMatchObject({
        ServiceToken: event.ServiceToken,
        ServiceTimeout: '360',
      });
      expect(() => idOf(event, event.ResourceProperties)).not.toThrow();
    });
  },
);

test('the first one creates the bundle of a stack without parameters', () => {
  const { ServiceToken, ServiceTimeout, PolicyRevision, ...properties } =
    chapter('1-create').ResourceProperties;
  const passedOn = Object.entries(template.Parameters).filter(([name]) => name in properties);
  expect(properties).toEqual(Object.fromEntries(passedOn.map(([name, { Default }]) => [name, Default])));
  expect(ServiceToken).toMatch(
    /^arn:aws:lambda:us-east-1:123456789012:function:redis-access-BundleFunction-/,
  );
  expect([ServiceTimeout, PolicyRevision]).toEqual(['360', expect.stringMatching(/^[0-9a-f]{16}$/)]);
});

test.each([
  ['2-update-in-place', '1-create', ['ConsoleAccess', 'Tags']],
  ['3-update-rotate-key', '2-update-in-place', ['AccessKeySerial']],
  ['4-update-rename', '3-update-rotate-key', ['UserName']],
])('%s follows %s and changes %j', (name, before, changed) => {
  const { ResourceProperties, OldResourceProperties } = chapter(name);
  expect(OldResourceProperties).toEqual(chapter(before).ResourceProperties);
  const different = Object.keys(ResourceProperties).filter(
    (key) => ResourceProperties[key] !== OldResourceProperties?.[key],
  );
  expect(different).toEqual(changed);
});

test('updates carry the id of the bundle before, and the delete that of the renamed bundle', () => {
  const first = idOf(chapter('1-create'), chapter('1-create').ResourceProperties);
  for (const name of ['2-update-in-place', '3-update-rotate-key', '4-update-rename'])
    expect(chapter(name).PhysicalResourceId).toBe(first);
  const renamed = idOf(chapter('4-update-rename'), chapter('4-update-rename').ResourceProperties);
  expect(renamed).not.toBe(first);
  expect(chapter('5-delete').PhysicalResourceId).toBe(renamed);
  expect(chapter('5-delete').ResourceProperties).toEqual(chapter('4-update-rename').ResourceProperties);
});

test('the delete after a failed create has the id that the failed answer carried', () => {
  const event = chapter('6-delete-after-failed-create');
  expect(event.PhysicalResourceId).toBe(idOf(event, event.ResourceProperties));
});

test('the invented id is one that the function never gives', () => {
  const event = chapter('7-delete-invented-id');
  expect(event.PhysicalResourceId).toMatch(/^redis-access-Bundle-[0-9A-Z]{13}$/);
  expect(isPhysicalId(event.PhysicalResourceId)).toBe(false);
});

test('the typo is refused by its name, with the property that was meant', () => {
  const event = chapter('8-create-with-typo');
  const parse = () => parseProperties(event.ResourceProperties, parseStackId(event.StackId));
  expect(parse).toThrow(InvalidPropertiesError);
  expect(parse).toThrow(/"UserNmae".*UserName/);
});
