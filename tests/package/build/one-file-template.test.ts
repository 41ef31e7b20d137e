import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { transformSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type JsonObject,
  loadTemplate,
  type Template,
  type TemplateResource,
} from '../../../local/cloudformation/template.ts';
import { bundle, root } from '../../../scripts/build/bundle.ts';
import { inlineCode } from '../../../scripts/build/inline.ts';
import { oneFileTemplate } from '../../../scripts/build/one-file-template.ts';
import { furtherTest } from '../../support/sample.ts';

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

  test('is small enough for S3, the console and StackSets: at most 1,000,000 bytes, all of them ASCII', () => {
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1_000_000);
    expect(/[^\n\x20-\x7e]/.exec(text)).toBeNull();
  });

  test('can be read and reviewed line by line: none has more than 200 characters', () => {
    expect(text.split('\n').filter((line) => line.length > 200)).toEqual([]);
  });

  test('is the same, byte for byte, when it is built again', async () => {
    expect(await oneFileTemplate()).toBe(text);
  });

  furtherTest('passes cfn-lint', async () => {
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
      const { Metadata: found, ...rest } = Resources[id] as Resources[string];
      expect(rest).toEqual({
        ...resource,
        Properties: asInOneFile[id]?.(resource.Properties) ?? resource.Properties,
      });
      // What the translator repeats from the function on the resource that it makes of it is left out there.
      if (id !== 'BundleFunctionEventInvokeConfig') expect(found ?? {}).toMatchObject(own);
    }
  });

  test('says its version, and the SHA-256 of its code', () => {
    expect(template.Metadata.RvAccessBundle).toEqual({
      Version: project.version,
      CodeSha256: createHash('sha256').update(codeOf(template)).digest('hex'),
    });
    expect(text).toMatch(new RegExp(`^# RV Access Bundle ${project.version} `));
  });

  test('has the code of a fresh build, under the licences of what is inside', async () => {
    const [licenses = '', code] = codeOf(template).split('*/\n"use strict"');
    expect(codeOf(template)).toBe((await inlineCode('src/index.ts')).zipFile);
    const { code: bundled } = await bundle('src/index.ts', 'runtime');
    const withoutComments = (text: string) => transformSync(text, { minifyWhitespace: true }).code;
    expect(withoutComments(`"use strict"${code}`)).toBe(withoutComments(Buffer.from(bundled).toString()));
    for (const name of ['@middy/core', 'valibot'])
      expect(licenses).toContain(`${name} ${project.dependencies[name]} (MIT)`);
    expect(licenses.match(/Permission is hereby granted, free of charge/g)).toHaveLength(2);
  });

  test('keeps the comments of template.yaml', async () => {
    const comments = (yaml: string) => yaml.split('Code:\n')[0]?.match(/^ +# .*$/gm) ?? [];
    const written = comments(await readFile(join(root, 'template.yaml'), 'utf8'));
    const kept = new Set(comments(text).map((line) => line.trim()));
    expect(written.filter((line) => !kept.has(line.trim()))).toEqual([]);
  });

  test('shows what it does before its code: all else comes first', () => {
    const lines = text.split('\n');
    const start = lines.indexOf('        ZipFile: |');
    expect(start).toBeGreaterThan(500);
    expect(lines.slice(start + 1).filter((line) => line !== '' && !line.startsWith(' '.repeat(10)))).toEqual(
      [],
    );
  });
});

function codeOf({ Resources }: Template): string {
  const { ZipFile = '' } = (Resources.BundleFunction?.Properties?.Code ?? {}) as { ZipFile?: string };
  return ZipFile;
}

/** Where the one-file template differs: the code is in it, and what the translator adds without need is not. */
const asInOneFile: Record<string, (properties?: JsonObject) => object> = {
  BundleFunction: ({ Tags: _, ...properties } = {}) => ({
    ...properties,
    Code: { ZipFile: expect.any(String) },
  }),
  BundleFunctionEventInvokeConfig: ({ DestinationConfig: _, ...properties } = {}) => properties,
};
