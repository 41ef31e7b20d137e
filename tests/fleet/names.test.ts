import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { template } from '../package/template/template.ts';

const root = join(import.meta.dirname, '../..');
const textOf = (folder: string): string =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(root, folder, name), 'utf8'))
    .join('\n');
const [fleet, source] = [textOf('fleet'), textOf('src')];
const namesIn = (pattern: RegExp): string[] => [...fleet.matchAll(pattern)].map(([, name = '']) => name);

test('the status reads outputs and parameters that the template has', () => {
  const outputs = namesIn(/outputs\.get\('(\w+)'\)/g);
  expect(outputs.length).toBeGreaterThan(5);
  expect(Object.keys(template.Outputs)).toEqual(expect.arrayContaining(outputs));
  expect(Object.keys(template.Parameters)).toEqual(
    expect.arrayContaining(namesIn(/parameters\.get\('(\w+)'\)/g)),
  );
});

test('the status reads metrics that the function tells, under the names that it gives them', () => {
  for (const name of ['Drift', 'RegistrationActive']) {
    expect(fleet).toContain(`'${name}'`);
    expect(source).toMatch(new RegExp(`\\b${name}:`));
  }
  expect(source).toContain("Namespace: 'RvAccessBundle'");
  expect(source).toContain("Dimensions: [['StackName', 'LogicalResourceId']]");
  expect(template.Resources.Bundle?.Type).toBe('AWS::CloudFormation::CustomResource');
});
