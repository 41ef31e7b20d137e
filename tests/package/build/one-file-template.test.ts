import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Json,
  type JsonObject,
  loadTemplate,
  type Template,
  type TemplateResource,
} from '../../../local/cloudformation/template.ts';
import { bundle, root } from '../../../scripts/build/bundle.ts';
import { oneFileTemplate } from '../../../scripts/build/one-file-template.ts';
import { toYaml } from '../../../scripts/build/template-yaml.ts';

type WithMetadata = Template & { Metadata: Record<string, Record<string, unknown>> };

type Resources = Record<string, TemplateResource & { Metadata?: object & { BuildMethod?: string } }>;

const run = promisify(execFile);
const project = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

describe('the one-file template', () => {
  let folder: string;
  let path: string;
  let text: string;
  let template: WithMetadata;
  let source: Template;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'one-file-template-'));
    path = join(folder, 'rv-access-bundle.yaml');
    text = await oneFileTemplate();
    await writeFile(path, text);
    template = (await loadTemplate(path, 'us-east-1')) as WithMetadata;
    source = await loadTemplate(join(root, 'template.yaml'), 'us-east-1');
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('can be passed as a template body: at most 51,200 bytes, all of them ASCII', () => {
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(51_200);
    expect(/[^\n\x20-\x7e]/.exec(text)).toBeNull();
  });

  test('is the same, byte for byte, when it is built again', async () => {
    expect(await oneFileTemplate()).toBe(text);
  });

  test('passes cfn-lint', async () => {
    const lint = run(join(root, '.venv/bin/cfn-lint'), ['--regions', 'us-east-1', '--', path]);
    await expect(lint).resolves.toEqual({ stdout: '', stderr: '' });
  });

  test('is plain CloudFormation: no transform, nothing of SAM, no nested stack, no bucket', () => {
    expect(Object.keys(template)).toEqual([
      'AWSTemplateFormatVersion',
      'Description',
      'Metadata',
      'Parameters',
      'Conditions',
      'Outputs',
      'Resources',
    ]);
    expect(text).not.toMatch(/Serverless|Transform|\bSAM\b|BuildMethod|S3Bucket|CodeUri|TemplateURL/);
  });

  test('has the parameters, conditions, resources and outputs of template.yaml; only where the code comes from differs', () => {
    const { Parameters, Conditions, Outputs, Resources } = template;
    expect({ Parameters, Conditions, Outputs }).toEqual({
      Parameters: source.Parameters,
      Conditions: source.Conditions,
      Outputs: source.Outputs,
    });
    expect(Object.keys(Resources).sort()).toEqual(Object.keys(source.Resources).sort());
    for (const [id, { Metadata = {}, ...resource }] of Object.entries(source.Resources as Resources)) {
      const { BuildMethod: _, ...own } = Metadata;
      // What the translator repeats from the function is left out there.
      const expected = resource.Type === 'AWS::Lambda::EventInvokeConfig' ? {} : own;
      expect(Resources[id]).toEqual({
        ...resource,
        ...(Object.keys(expected).length > 0 && { Metadata: expected }),
        ...(id === 'BundleFunction' && { Properties: inline(resource.Properties) }),
      });
    }
  });

  test('says its version, and the SHA-256 of its code', async () => {
    expect(template.Metadata.RvAccessBundle).toEqual({
      Version: project.version,
      CodeSha256: createHash('sha256')
        .update(await printedCode())
        .digest('hex'),
    });
    expect(text).toContain(`\n# RV Access Bundle ${project.version} `.trimStart());
  });

  test('has the code of a fresh build, under the licences of what is inside', async () => {
    const [licenses = '', code] = (await printedCode()).split('*/\n', 2);
    expect(code).toBe(Buffer.from((await bundle('src/index.ts', 'runtime')).code).toString());
    for (const name of ['@middy/core', 'valibot'])
      expect(licenses).toContain(`${name} ${project.dependencies[name]} (MIT)`);
    expect(licenses.match(/Permission is hereby granted, free of charge/g)).toHaveLength(2);
  });

  /** What the command in the template's first lines prints. */
  async function printedCode(): Promise<string> {
    const [, command = ''] = /^# {2}(sed .*)$/m.exec(text) ?? [];
    const env = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` };
    return (await run('sh', ['-c', command], { cwd: folder, env, maxBuffer: 1e6 })).stdout;
  }

  test('shows what it does before its code: the code is its last line', () => {
    const lines = text.trimEnd().split('\n');
    expect(lines.filter((line) => line.length > 1000)).toEqual([lines.at(-1)]);
    expect(lines.at(-1)).toMatch(/^ +ZipFile: new Function\(/);
  });
});

/** A function's properties with its code in the template, and without the translator's tag. */
function inline({ Tags: _, ...properties }: JsonObject = {}): object {
  return { ...properties, Code: { ZipFile: expect.any(String) } };
}

test('a template written as YAML is read as the same template', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'template-yaml-'));
  const template: { [key: string]: Json } = {
    Resources: {
      Topic: {
        Type: 'AWS::SNS::Topic',
        Properties: {
          Off: 'Off',
          Date: '2012-10-17',
          Number: '012345678901',
          Colon: 'a: b # c',
          Empty: ['', {}, [], null],
          Long: Array.from({ length: 40 }, (_, index) => `item ${index}, with a comma`),
          Nested: {
            'Fn::If': [
              'Yes',
              { 'Fn::Sub': ['arn:*-x', { A: { 'Fn::GetAtt': ['B', 'C.D'] } }] },
              { Ref: 'AWS::NoValue' },
            ],
          },
          Other: { 'Fn::Join': [',', [{ Ref: 'A' }, { 'Fn::Sub': 'arn:*' }]] },
          NoFunction: { Ref: 'A', And: 'more' },
        },
      },
    },
  };
  const path = join(folder, 'template.yaml');
  await writeFile(path, toYaml(template, 'A comment\nof two lines'));
  expect(await loadTemplate(path, 'us-east-1')).toEqual(template);
  await rm(folder, { recursive: true });
});
