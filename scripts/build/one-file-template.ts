import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Document, isMap, isPair, type Pair, parseDocument, Scalar, type YAMLMap } from 'yaml';
import { root } from './bundle.ts';
import { type InlineCode, inlineCode } from './inline.ts';

/** The most that CloudFormation takes as a template in S3, in bytes. */
export const MAX_TEMPLATE_BYTES = 1_000_000;

/**
 * `template.yaml` as one plain template with the function's code inside: no transform, no bucket, nothing beside it.
 * Service-managed StackSets take no other kind. It is the same text, comments included, with the one resource of SAM's
 * replaced by what CloudFormation itself would make of it.
 *
 * @throws Error if it would be too large, or as `inlineCode` does
 */
export async function oneFileTemplate(): Promise<string> {
  const [code, source, project, release] = await Promise.all([
    inlineCode('src/index.ts'),
    readFile(join(root, 'template.yaml'), 'utf8'),
    readJson('package.json'),
    readJson('release.json'),
  ]);
  const template = parseDocument(source, { version: '1.1', logLevel: 'error' });
  template.commentBefore = comment(project, release);
  template.delete('Transform');
  toPlainMetadata(template, project.version ?? '', code);
  toPlainFunction(template, code);
  putLast(template.contents as YAMLMap, 'Resources');
  const text = template.toString({ lineWidth: 118, flowCollectionPadding: false });
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_TEMPLATE_BYTES)
    throw new Error(`The one-file template has ${bytes} bytes; CloudFormation takes ${MAX_TEMPLATE_BYTES}.`);
  return text;
}

/** What cfn-lint would say of the code; `reason` is for people. */
const UNLIKE_SUB = {
  config: { ignore_checks: ['E1029'] },
  // biome-ignore lint/suspicious/noTemplateCurlyInString: says what is in the code.
  reason: 'What looks like ${a parameter} is in the code, and JavaScript',
};

/** Instead of what the Serverless Application Repository shows: which code this is. */
function toPlainMetadata(template: Document, version: string, { sha256 }: InlineCode): void {
  template.deleteIn(['Metadata', 'AWS::ServerlessRepo::Application']);
  template.setIn(
    ['Metadata', 'RvAccessBundle'],
    template.createNode({ Version: version, CodeSha256: sha256 }),
  );
}

/** What SAM makes of its function: a function, and a resource of its own for how often an event is tried. */
function toPlainFunction(template: Document, { zipFile }: InlineCode): void {
  const resources = template.get('Resources') as YAMLMap;
  const lambda = resources.get('BundleFunction') as YAMLMap;
  const properties = lambda.get('Properties') as YAMLMap;
  lambda.set('Type', 'AWS::Lambda::Function');
  lambda.deleteIn(['Metadata', 'BuildMethod']);
  lambda.setIn(['Metadata', 'cfn-lint'], template.createNode(UNLIKE_SUB));
  properties.delete('CodeUri');
  const invokeConfig = properties.get('EventInvokeConfig') as YAMLMap;
  properties.delete('EventInvokeConfig');
  resources.set('BundleFunctionEventInvokeConfig', invokeConfigOf(template, invokeConfig));
  putLast(resources, 'BundleFunction');
  const code = new Scalar(zipFile);
  code.type = Scalar.BLOCK_LITERAL;
  properties.set('Code', template.createNode({ ZipFile: code }));
}

function invokeConfigOf(template: Document, limits: YAMLMap): YAMLMap {
  const reference = new Scalar('BundleFunction');
  reference.tag = '!Ref';
  const resource = template.createNode({
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: { FunctionName: reference, Qualifier: '$LATEST' },
  }) as unknown as YAMLMap;
  (resource.get('Properties') as YAMLMap).items.push(...limits.items);
  return resource;
}

/** So that all that people read about comes before the code. */
function putLast(map: YAMLMap, key: string): void {
  const isWanted = (item: unknown) => isPair(item) && isScalarOf(item, key);
  const [pair] = map.items.filter(isWanted);
  if (!pair || !isMap(pair.value)) throw new Error(`template.yaml has no ${key}.`);
  map.items = [...map.items.filter((item) => item !== pair), pair];
}

function isScalarOf({ key }: Pair, name: string): boolean {
  return key instanceof Scalar && key.value === name;
}

function comment({ name, version, license }: Texts, { repositoryUrl }: Texts): string {
  return ` RV Access Bundle ${version} in one file, for StackSets and plain CloudFormation. ${license}.
 Built from template.yaml, src/ and policies/ of ${repositoryUrl ?? name}.
 The function stands at the end: bundled, not minified. CodeSha256 is the SHA-256 of its text.
`;
}

type Texts = Record<string, string | undefined>;

async function readJson(file: string): Promise<Texts> {
  return JSON.parse(await readFile(join(root, file), 'utf8'));
}
