import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { loadTemplate } from '../../../local/cloudformation/template.ts';
import { template } from '../template/template.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
const path = (name: string) => join(root, 'examples/fleet', `${name}.yaml`);
const load = (name: string) => loadTemplate(path(name), 'us-east-1');

/** The metrics of the daily check. */
const metrics = [
  'AccessKeyAgeDays',
  'AccessKeyIdleDays',
  'Drift',
  'InstanceRoleIdleDays',
  'PolicyEditionCurrent',
  'RegistrationActive',
  'Suspended',
];

test('the templates of examples/fleet pass cfn-lint', async () => {
  await run(join(root, '.venv/bin/cfn-lint'), ['monitoring', 'stack-sets', 'member'].map(path));
});

test('the dashboard is JSON, and asks for every metric of the daily check and no other', async () => {
  const { Resources } = await load('monitoring');
  const [body] = [Resources.Dashboard?.Properties?.DashboardBody].flat() as { 'Fn::Sub': string }[];
  const { widgets } = JSON.parse(body?.['Fn::Sub'].replace(/\$\{AWS::Region\}/g, 'us-east-1') ?? '') as {
    widgets: object[];
  };
  const queries = [
    ...JSON.stringify(widgets).matchAll(
      /SELECT \w+\((\w+)\) FROM SCHEMA\(RvAccessBundle, LogicalResourceId, StackName\)/g,
    ),
  ];
  expect([...new Set(queries.map(([, metric]) => metric))].sort()).toEqual(metrics);
  expect(JSON.stringify(widgets).match(/SELECT/g)).toHaveLength(queries.length);
});

test('each stack set gives its template parameters that it has', async () => {
  const { Resources } = await load('stack-sets');
  const given = (name: string) =>
    ((Resources[name]?.Properties?.Parameters ?? []) as unknown as { ParameterKey: string }[]).map(
      ({ ParameterKey }) => ParameterKey,
    );
  const member = await load('member');
  expect(given('Members').sort()).toEqual(Object.keys(member.Parameters ?? {}).sort());
  expect(Object.keys(template.Parameters)).toEqual(expect.arrayContaining(given('Bundles')));
});

test('what the monitoring account tells is what the stack sets ask for', async () => {
  const [{ Outputs = {} }, { Parameters = {} }] = await Promise.all([load('monitoring'), load('stack-sets')]);
  expect(Object.keys(Parameters)).toEqual(expect.arrayContaining(Object.keys(Outputs)));
  expect(readFileSync(path('stack-sets'), 'utf8')).toContain('DeletionPolicy: Retain');
});
