import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { App } from 'aws-cdk-lib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RvAccessStack } from '../../../examples/cdk/rv-access-stack.ts';
import { type JsonObject, loadTemplate } from '../../../local/cloudformation/template.ts';
import { furtherTest } from '../../support/sample.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
const oneFile = join(root, 'dist/rv-access-bundle.yaml');

interface Synthesised {
  Parameters: Record<string, JsonObject>;
  Resources: Record<string, { Type: string; Properties: JsonObject }>;
  Outputs: Record<string, { Export?: { Name: string } }>;
}

let folder: string;
let made: Synthesised;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cdk-'));
  const app = new App({ outdir: folder, analyticsReporting: false, builtinCloudFormationValidation: false });
  new RvAccessStack(app, 'Redis', { template: oneFile, parameters: { RotationDays: '45' } });
  made = app.synth().getStackByName('Redis').template;
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the CDK example has all resources of the template, under the same logical ids', async () => {
  const { Resources } = await loadTemplate(oneFile, 'us-east-1');
  const types = (resources: Record<string, { Type: string }>) =>
    Object.fromEntries(Object.entries(resources).map(([id, { Type }]) => [id, Type]));
  expect(types(made.Resources)).toEqual(types(Resources as never));
});

test('the CDK example fixes the parameters that it is given, and leaves the others', async () => {
  const { Parameters = {} } = await loadTemplate(oneFile, 'us-east-1');
  expect(made.Resources.Bundle?.Properties.RotationDays).toBe('45');
  expect(made.Resources.Bundle?.Properties.UserName).toEqual({ Ref: 'UserName' });
  const left = Object.keys(made.Parameters).filter((name) => name in Parameters);
  expect(left).toEqual(Object.keys(Parameters).filter((name) => name !== 'RotationDays'));
  expect(made.Outputs.ExportedSecretArn?.Export?.Name).toBe('Redis-SecretArn');
});

furtherTest('what the CDK example makes passes cfn-lint', async () => {
  const path = join(folder, 'made.json');
  writeFileSync(path, JSON.stringify(made));
  const { stdout } = await run(join(root, '.venv/bin/cfn-lint'), [
    '--non-zero-exit-code',
    'error',
    '--',
    path,
  ]);
  expect(stdout).not.toMatch(/^E/m);
});

test('the program of the CDK example runs as its page says', async () => {
  const env = {
    ...process.env,
    TEMPLATE: oneFile,
    CDK_OUTDIR: join(folder, 'out'),
    CDK_VALIDATION: 'false',
  };
  await run(process.execPath, ['app.ts'], { cwd: join(root, 'examples/cdk'), env });
  const { Resources } = JSON.parse(
    readFileSync(join(folder, 'out/RvAccess.template.json'), 'utf8'),
  ) as Synthesised;
  expect(Resources.Bundle?.Properties.DailyCheck).toBe('Repair');
});
