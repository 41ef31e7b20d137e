import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outdatedSchemas } from '../../../schema/generate.ts';
import { parseProperties } from '../../../src/bundle/properties.ts';
import { entries } from '../../../src/bundle/property-schema.ts';
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
): Promise<{ id: string; message: string; resource: string }[]> {
  const path = join(folder, 'template.json');
  const Resources = Object.fromEntries(
    Object.entries(resources).map(([name, properties]) => [
      name,
      { Type: 'Custom::RvAccessBundle', Properties: { ServiceToken, ...properties } },
    ]),
  );
  writeFileSync(path, JSON.stringify({ Parameters: { Given: { Type: 'String' } }, Resources }));
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
    expect(new Set(findings.map(({ id }) => id))).toEqual(new Set(['E9301']));
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
