import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { template } from '../template/template.ts';

/** The parser of HCL itself. Its types would bring those of a browser into all of this repository. */
const { parse } = createRequire(import.meta.url)('@cdktf/hcl2json') as {
  parse: (name: string, text: string) => Promise<object>;
};

const folder = join(import.meta.dirname, '../../../examples/terraform');
const files = readdirSync(folder).filter((name) => name.endsWith('.tf'));
const text = files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');

type Block = Record<string, unknown>;
interface Parsed {
  variable?: Record<string, Block[]>;
  resource?: Record<string, Record<string, Block[]>>;
}

let parsed: Parsed[];
beforeAll(async () => {
  parsed = await Promise.all(
    files.map((name) => parse(name, readFileSync(join(folder, name), 'utf8')) as Promise<Parsed>),
  );
});

const resource = (type: string, name: string): Block =>
  parsed.map(({ resource: all }) => all?.[type]?.[name]?.[0]).find(Boolean) ??
  expect.fail(`no ${type}.${name}`);
const used = (pattern: RegExp): string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, name = '']) => name)),
];

test('the Terraform example is HCL', async () => {
  expect(parsed).toHaveLength(4);
  await expect(parse('bad.tf', 'resource "a" {{')).rejects.toThrow();
});

test('the Terraform example uses variables that it declares', () => {
  const declared = parsed.flatMap(({ variable = {} }) => Object.keys(variable));
  expect(used(/\bvar\.(\w+)/g).sort()).toEqual(declared.sort());
});

test('the Terraform example names parameters and outputs that the template has', () => {
  const outputs = used(/\.outputs\["(\w+)"\]/g);
  expect(outputs).toContain('SecretArn');
  expect(Object.keys(template.Outputs)).toEqual(expect.arrayContaining(outputs));
  const { parameters, capabilities } = resource('aws_cloudformation_stack', 'bundle');
  const names = [...String(parameters).matchAll(/^\s*(\w+)\s*=/gm)].map(([, name]) => name);
  expect(names).toEqual(['RedisCloudApiSecretArn']);
  expect(Object.keys(template.Parameters)).toEqual(expect.arrayContaining(names));
  expect(capabilities).toEqual(['CAPABILITY_IAM']);
});

test('the Terraform example registers every field of the secret, and only if the bundle does not do it', () => {
  const account = resource('rediscloud_cloud_account', 'bundle');
  const fields = [
    'name',
    'provider',
    'accessKeyId',
    'accessSecretKey',
    'consoleUsername',
    'consolePassword',
    'signInLoginUrl',
  ];
  expect(used(/local\.credentials\.(\w+)/g).sort()).toEqual(fields.sort());
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how the parser shows an expression of HCL
  expect(account.count).toBe('${local.registers_itself ? 0 : 1}');
});
