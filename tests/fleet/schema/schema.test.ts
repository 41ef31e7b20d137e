// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Fn::Sub names what it fills in
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outdatedSchemas } from '../../../schema/generate.ts';
import { parseProperties } from '../../../src/bundle/properties.ts';
import { entries } from '../../../src/bundle/property-schema.ts';
import { template } from '../../package/template/template.ts';
import { cases } from './cases.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
const lint = join(root, '.venv/bin/cfn-lint');
const python = join(root, '.venv/bin/python');
const ServiceToken = 'arn:aws:lambda:us-east-1:123456789012:function:bundle';
const stack = {
  id: 'arn:aws:cloudformation:us-east-1:123456789012:stack/redis/1',
  name: 'redis',
  accountId: '123456789012',
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'schema-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What cfn-lint, with the rule of this repository, says of a template with these resources. */
async function linted(
  resources: Record<string, object>,
  outputs: Record<string, unknown> = {},
): Promise<{ id: string; message: string; resource: string }[]> {
  const path = join(folder, 'template.json');
  const Resources = Object.fromEntries(
    Object.entries(resources).map(([name, properties]) => [
      name,
      { Type: 'Custom::RvAccessBundle', Properties: { ServiceToken, ...properties } },
    ]),
  );
  const Outputs = Object.fromEntries(Object.entries(outputs).map(([name, Value]) => [name, { Value }]));
  writeFileSync(path, JSON.stringify({ Parameters: { Given: { Type: 'String' } }, Resources, Outputs }));
  const args = ['--append-rules', join(root, 'schema/cfn-lint'), '--format', 'json', '--', path];
  const { stdout } = await run(lint, args).catch((error: { stdout: string }) => error);
  const findings = JSON.parse(stdout) as {
    Rule: { Id: string };
    Message: string;
    Location: { Path: string[] };
  }[];
  // The parameter need not be used.
  const ours = findings.filter(({ Rule }) => Rule.Id !== 'W2001');
  return ours.map(({ Rule, Message, Location }) => ({
    id: Rule.Id,
    message: Message,
    resource: Location.Path[1] ?? '',
  }));
}

/** Whether the function takes a property of this value, all others being left out. */
function taken(name: string, value: unknown): boolean {
  try {
    parseProperties({ [name]: value }, { ...stack, region: 'us-east-1', partition: 'aws' } as never);
    return true;
  } catch (error) {
    // Rules between properties are not the schema's.
    return !(error as Error).message.includes(` must `);
  }
}

test('the schemas are what the function parses with: run `npm run schema`', () => {
  expect([...outdatedSchemas().keys()]).toEqual([]);
});

test('every property of the function is tried with values that it takes and values that it does not', () => {
  const tried = new Set(cases.map(([name]) => name));
  expect([...tried].sort()).toEqual(Object.keys(entries).sort());
});

describe('what the function refuses', () => {
  const refused = cases.filter(([name, value]) => !taken(name, value));

  test('is refused by cfn-lint before the deployment, and nothing else', async () => {
    const resources = Object.fromEntries(
      cases.map(([name, value], index) => [`R${index}`, { [name]: value }]),
    );
    const findings = await linted(resources);
    const seen = new Set(findings.map(({ resource }) => cases[Number(resource.slice(1))]));
    expect(cases.filter((each) => seen.has(each))).toEqual(refused);
    expect(new Set(findings.map(({ id }) => id))).toEqual(new Set(['E9301', 'E9302']));
  });

  test('is refused by an editor that knows the schema, and nothing else', async () => {
    const schema = join(root, 'schema/bundle.schema.json');
    const instances = cases.map(([name, value]) => ({ ServiceToken, [name]: value }));
    writeFileSync(join(folder, 'instances.json'), JSON.stringify(instances));
    const program = `
import json, sys
from jsonschema import Draft7Validator
schema, instances = (json.load(open(path)) for path in sys.argv[1:])
Draft7Validator.check_schema(schema)
print(json.dumps([Draft7Validator(schema).is_valid(each) for each in instances]))`;
    const { stdout } = await run(python, ['-c', program, schema, join(folder, 'instances.json')]);
    const valid = JSON.parse(stdout) as boolean[];
    expect(cases.filter((_, index) => !valid[index])).toEqual(refused);
  });
});

test('cfn-lint names the property, the value and the rule', async () => {
  const findings = await linted({
    A: { RotationDay: '30' },
    B: { RotationDays: 3 },
    C: { ConsoleAccess: 'Both' },
  });
  expect(findings.map(({ message }) => message)).toEqual([
    "Not a property of the bundle ('RotationDay' was unexpected. Did you mean 'RotationDays'?)",
    'RotationDays 3 must be 7 to 365 days, or 0 for never',
    "ConsoleAccess 'Both' must be one of UserAndRole, User, Role, None",
  ]);
});

test('cfn-lint lets functions of CloudFormation stand for any value, and asks for the service token', async () => {
  const functions = {
    UserName: { 'Fn::Join': ['-', [{ Ref: 'Given' }, 'user']] },
    RotationDays: { Ref: 'Given' },
    Tags: [{ Key: 'a', Value: { Ref: 'Given' } }],
  };
  expect(await linted({ A: functions })).toEqual([]);
  const missing = await linted({ A: { ServiceToken: undefined } });
  expect(missing.map(({ message }) => message).join()).toContain("'ServiceToken' is a required property");
});

const statement = { Effect: 'Allow', Action: 'ec2:DescribeVpcs', Resource: '*' };
const document = (more: object, rest: object = { Version: '2012-10-17' }) => ({
  ...rest,
  Statement: [{ ...statement, ...more }],
});

test('cfn-lint looks into policy documents, as objects and as texts, and IAM’s own rules are what it goes by', async () => {
  const right = document({ Condition: { StringEquals: { 'aws:RequestedRegion': { Ref: 'Given' } } } });
  const wrong: Record<string, object> = {
    Effect: document({ Effect: 'allow' }),
    Key: document({ Actoin: 'ec2:*' }),
    Version: document({}, { Version: '2012-10-71' }),
    Principal: document({ Principal: '*' }),
    Operator: document({ Condition: { StringEqualz: { 'aws:RequestedRegion': 'eu-west-1' } } }),
  };
  const resources = Object.entries(wrong).flatMap(([name, policy]) => [
    [`${name}Object`, { UserPolicyDocument: policy }],
    [`${name}Text`, { InstancePolicyDocument: JSON.stringify(policy) }],
  ]);
  const findings = await linted({
    ...Object.fromEntries(resources),
    NoJson: { UserPolicyDocument: `{"Statement": [${JSON.stringify(statement)},]}` },
    NoPolicy: { UserPolicyDocument: '{"Version":"2012-10-17"}' },
    Right: { UserPolicyDocument: right, InstancePolicyDocument: JSON.stringify(document({})) },
    Later: {
      UserPolicyDocument: { 'Fn::Sub': '{"Id":"${Given}"}' },
      InstancePolicyDocument: { Ref: 'Given' },
    },
    Joined: { UserPolicyDocument: { 'Fn::Join': ['', ['{"Id":"', { Ref: 'Given' }, '"}']] } },
    Resolved: { UserPolicyDocument: '{{resolve:ssm:/policy}}' },
    None: { UserPolicyDocument: '' },
  });
  expect([...new Set(findings.map(({ resource }) => resource))].sort()).toEqual(
    [...resources.map(([name]) => name), 'NoJson', 'NoPolicy'].sort(),
  );
  expect(new Set(findings.map(({ id }) => id))).toEqual(new Set(['E9302']));
});

test('cfn-lint finds an attribute that the bundle does not have, in Fn::GetAtt and in Fn::Sub', async () => {
  const attributes = Object.keys(template.Outputs).filter((name) => name !== 'ServiceToken');
  const right = attributes.map((name) => [`Right${name}`, { 'Fn::GetAtt': ['A', name] }]);
  const findings = await linted(
    { A: {}, B: { UserName: { 'Fn::Sub': 'of-${A.UserNam}' } } },
    {
      ...Object.fromEntries(right),
      Sub: { 'Fn::Sub': 'a ${A.SecretArn} ${!A.Literal} ${Given} ${AWS::Region}' },
      Twice: { 'Fn::Sub': ['${A.KeyId} ${X}', { X: { 'Fn::GetAtt': 'A.SecretArnn' } }] },
    },
  );
  const told = findings.filter(({ id }) => id === 'E9303').map(({ message }) => message);
  expect(told.map((message) => /"(\w+)"/.exec(message)?.[1]).sort()).toEqual([
    'KeyId',
    'SecretArnn',
    'UserNam',
  ]);
  expect(told.join()).toContain('Did you mean "SecretArn"?');
});
