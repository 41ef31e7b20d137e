import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { describeBundle } from '../../../src/bundle/bundle.ts';
import { parseProperties } from '../../../src/bundle/properties.ts';
import { parseStackId } from '../../../src/bundle/stack.ts';
import { contentOf } from '../../../src/credentials/content.ts';
import { codes, pages, readPage, root } from '../docs/markdown.ts';
import { template } from '../template/template.ts';

const readme = readPage('README.md');
const parameters = readPage('docs/parameters.md');
const redisCloud = readPage('docs/redis-cloud.md');
const furtherBundles = readPage('docs/further-bundles.md');
const stack = parseStackId('arn:aws:cloudformation:us-east-1:123456789012:stack/redis/1');

/** The rows of a page's table with this first heading. */
function table(first: string, page = readme): string[][] {
  const found = page.tables.filter(({ head }) => head[0] === first);
  expect(found, `tables that begin with "${first}"`).toHaveLength(1);
  return found[0]?.rows ?? [];
}

test('the tables of parameters have each one, in order, with its default and the values that it takes', () => {
  const tables = parameters.tables.filter(({ head }) => head[0] === 'parameter');
  const rows = tables
    .flatMap((each) => each.rows)
    .map(([name, fallback = '', meaning]) => ({
      name: codes(name)[0],
      fallback: fallback.startsWith('empty') ? '' : codes(fallback)[0],
      values: codes(meaning),
    }));
  expect(rows.map(({ name, fallback }) => [name, fallback])).toEqual(
    Object.entries(template.Parameters).map(([name, { Default }]) => [name, Default]),
  );
  const { ParameterGroups } = template.Metadata['AWS::CloudFormation::Interface'];
  expect(tables.map((each) => each.rows.map(([name]) => codes(name)[0]))).toEqual(
    ParameterGroups.map((group) => group.Parameters),
  );
  for (const { name = '', values } of rows)
    if (name !== 'LogRetentionDays')
      expect(values).toEqual(expect.arrayContaining(template.Parameters[name]?.AllowedValues ?? []));
});

test('the table of outputs has each one, in order', () => {
  expect(table('output', parameters).map(([name]) => codes(name)[0])).toEqual(Object.keys(template.Outputs));
});

test('what it creates is named as a stack with default parameters names it', () => {
  const { instancePolicy, userPolicy, instanceRole, instanceProfile, user, consoleRole, secret } =
    describeBundle({ stack, logicalId: 'Bundle', providerStackId: stack.id }, parseProperties({}, stack));
  const names = table('what').map(([what, name]) => [what, codes(name)[0]]);
  expect(names).toEqual([
    ['instance policy', instancePolicy.name],
    ['instance role', instanceRole.name],
    ['instance profile', instanceProfile.name],
    ['user policy', userPolicy.name],
    ['user', user.name],
    ['access key', undefined],
    ['console password', undefined],
    ['console role', consoleRole?.name],
    ['secret', secret.name],
  ]);
});

test('the table of the secret has each of its fields', () => {
  const { user, secret } = describeBundle(
    { stack, logicalId: 'Bundle', providerStackId: stack.id },
    parseProperties({}, stack),
  );
  const content = contentOf(secret, user, {}, { consolePassword: 'masked' }, 'AKIAEXAMPLE');
  const fields = table('field of the secret', redisCloud).flatMap(([field = '']) =>
    codes(field.split(':')[0] ?? ''),
  );
  expect(fields.sort()).toEqual(Object.keys(content).sort());
});

test('the registration by API sends what the table says', () => {
  const sent = table('field of the secret', redisCloud).flatMap(([field, , api]) =>
    codes(api)[0] === codes(field)[0] ? codes(api) : [],
  );
  const command = redisCloud.blocks.find(({ code }) => code.includes('/v1/cloud-accounts'))?.code ?? '';
  expect(/jq '\{(.*?)\}'/.exec(command)?.[1]?.split(', ')).toEqual(sent);
});

test('the example of a further bundle has every property, and the function takes it', () => {
  const example =
    furtherBundles.blocks.find(({ code }) => code.includes('Custom::RvAccessBundle'))?.code ?? '';
  const { Type, Properties } = parse(example).Resources.RedisAccess;
  expect(Type).toBe('Custom::RvAccessBundle');
  const { ServiceToken, ...properties } = Properties;
  expect(ServiceToken).toMatch(/^arn:aws:lambda:/);
  expect(() => parseProperties(properties, stack)).not.toThrow();
  const wanted = [
    ...Object.keys(template.Resources.Bundle?.Properties ?? {}).filter((name) => name !== 'ServiceToken'),
    ...['InstancePolicyDocument', 'UserPolicyDocument'],
  ];
  expect(Object.keys(properties).sort()).toEqual(wanted.sort());
});

test('the nested example gives parameters and uses outputs that exist', () => {
  const example =
    furtherBundles.blocks.find(({ code }) => code.includes('AWS::Serverless::Application'))?.code ?? '';
  const getAtt = { tag: '!GetAtt', resolve: (path: string) => path };
  const { Resources, Outputs } = parse(example, { customTags: [getAtt] });
  for (const name of Object.keys(Resources.RedisAccess.Properties.Parameters))
    expect(template.Parameters).toHaveProperty(name);
  expect(Outputs.RedisSecret.Value).toBe('RedisAccess.Outputs.SecretArn');
  expect(template.Outputs).toHaveProperty('SecretArn');
});

test('the table of events has each file', () => {
  const files = readdirSync(join(root, 'events'))
    .filter((file) => file.endsWith('.json'))
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  expect(table('event', readPage('CONTRIBUTING.md')).map(([file]) => codes(file)[0])).toEqual(
    files.map((file) => `events/${file}`),
  );
});

test('the versions of Node and Python that it asks for are those of the project', () => {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const { text } of [readme, readPage('docs/deploying.md'), readPage('CONTRIBUTING.md')]) {
    expect(`>=${/Node (\d+)\s+or\s+newer/.exec(text)?.[1]}`).toBe(engines.node);
    expect(text).toContain('Python 3.11 or newer');
  }
});

test('the front page is one screen: what it is, what it makes, three commands and the picture', () => {
  expect(readme.text.split('\n').length).toBeLessThan(100);
  expect(readme.text.length).toBeLessThan(5500);
  expect(readme.links).toContain('docs/life.svg');
  expect(readme.spans).toEqual(expect.arrayContaining(['npm start', 'npm test']));
});

test('a newcomer has ten questions, and each is answered where the front page says or leads', () => {
  const { tables } = readPage('CONTRIBUTING.md');
  const rows = tables.find(({ head }) => head[0] === 'a newcomer asks')?.rows ?? [];
  expect(rows).toHaveLength(10);
  const oneClick = ['README.md', ...readme.links.map((link) => link.split('#')[0])];
  for (const [question, answer = ''] of rows) {
    const pagesOf = [...answer.matchAll(/\]\(([^)#]+)/g)].map(([, path]) => path);
    expect(pagesOf.length, question).toBeGreaterThan(0);
    expect(oneClick, question).toEqual(expect.arrayContaining(pagesOf));
  }
});

test('every page is found from the front page', () => {
  const found = readPage('README.md').links.map((link) => link.split('#')[0]);
  const all = pages().filter(({ path }) => path !== 'README.md' && !path.startsWith('docs/security/'));
  for (const { path } of all) if (path !== 'docs/mutants.md') expect(found, path).toContain(path);
});

test('no secret in an example has a name that ends as Secrets Manager ends its ARNs', () => {
  for (const { path, text } of pages())
    for (const [, name = ''] of text.matchAll(/\bSecretName[:=] *([\w/+=.@-]+)/g))
      expect(name, path).not.toMatch(/-[A-Za-z0-9]{6}$/);
});

test('the commands of the front page use the file that the build writes, and no option that stores serials', () => {
  const commands = readme.blocks.filter(({ language }) => language === 'sh').map(({ code }) => code);
  expect(commands[0]).toMatch(/^git clone .*\nnpm run build\naws cloudformation deploy /);
  expect(commands.join('')).toContain('--template-file dist/rv-access-bundle.yaml --s3-bucket');
  expect(commands.join('')).not.toContain('--guided');
});
