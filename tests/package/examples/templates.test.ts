import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { type JsonObject, loadTemplate } from '../../../local/cloudformation/template.ts';
import { root } from '../../../scripts/build/bundle.ts';
import { furtherTest } from '../../support/sample.ts';

const run = promisify(execFile);
const env = { ...process.env, SAM_CLI_TELEMETRY: '0', AWS_DEFAULT_REGION: 'us-east-1' };
const path = (name: string) => join(root, 'examples', name, 'template.yaml');

const NAMES = ['boundary', 'nested', 'redis-cloud-api-key', 'service-token'];

test('the templates of the examples pass cfn-lint', async () => {
  const { stdout } = await run(join(root, '.venv/bin/cfn-lint'), NAMES.map(path), { env });
  expect(stdout).toBe('');
});

furtherTest.each(NAMES)('the template of examples/%s passes sam validate --lint', async (name) => {
  const { stdout } = await run(
    join(root, '.venv/bin/sam'),
    ['validate', '--lint', '--template', path(name)],
    {
      env,
    },
  );
  expect(stdout).toContain('is a valid SAM Template');
});

furtherTest('the nested example is built by sam build, with the bundle that it nests', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nested-'));
  const started = Date.now();
  const args = ['build', '--build-dir', folder];
  await run(join(root, '.venv/bin/sam'), args, { env, cwd: join(root, 'examples/nested') });
  // Nothing is copied or installed anew; by itself it takes a few seconds.
  expect(Date.now() - started).toBeLessThan(30_000);
  const files = ['ReaderFunction/index.mjs', 'Access/template.yaml', 'Access/BundleFunction/index.js'];
  expect(files.filter((file) => !existsSync(join(folder, file)))).toEqual([]);
  await rm(folder, { recursive: true });
});

test('the nested example names parameters and outputs that the bundle has, and its version', async () => {
  const bundle = await loadTemplate(join(root, 'template.yaml'), 'us-east-1');
  const text = await readFile(path('nested'), 'utf8');
  const { Resources } = await loadTemplate(path('nested'), 'us-east-1');
  const given = Object.keys((Resources.Access?.Properties?.Parameters ?? {}) as JsonObject);
  expect(Object.keys(bundle.Parameters ?? {})).toEqual(expect.arrayContaining(given));
  const used = [...text.matchAll(/Access\.Outputs\.(\w+)/g)].map(([, name]) => name);
  expect(Object.keys(bundle.Outputs ?? {})).toEqual(expect.arrayContaining(used));
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  expect(text).toContain(`SemanticVersion: ${version} }`);
});

test('the boundary of the example is policies/boundary.json, with the name of the instance role', async () => {
  const { Resources } = await loadTemplate(path('boundary'), 'us-east-1');
  const withName = JSON.stringify(Resources.Boundary?.Properties?.PolicyDocument)
    .replace(/\{"Fn::Sub":("[^"]*")\}/g, '$1')
    .replace(/\$\{InstanceRoleName\}/, 'redislabs-cluster-node-role');
  expect(JSON.parse(withName)).toEqual(
    JSON.parse(await readFile(join(root, 'policies/boundary.json'), 'utf8')),
  );
});
