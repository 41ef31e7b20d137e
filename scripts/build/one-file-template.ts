import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './bundle.ts';
import { type InlineCode, inlineCode } from './inline.ts';
import { type Json, toYaml } from './template-yaml.ts';

type JsonObject = { [key: string]: Json };

/** The most that CloudFormation takes as the body of a template, in bytes. */
export const MAX_TEMPLATE_BYTES = 51_200;

/**
 * `template.yaml` as one plain template with the function's code inside: no transform, no bucket, nothing beside it.
 * Service-managed StackSets take no other kind.
 *
 * @throws Error if the Python tools are missing, if the SAM translator refuses the template, or if it does not fit
 */
export async function oneFileTemplate(): Promise<string> {
  const [code, translated, project, release] = await Promise.all([
    inlineCode('src/index.ts'),
    translate(join(root, 'template.yaml')),
    readJson('package.json'),
    readJson('release.json'),
  ]);
  const text = toYaml(withCode(translated, code, project), comment(project, release));
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_TEMPLATE_BYTES)
    throw new Error(
      `The one-file template has ${bytes} bytes, ${bytes - MAX_TEMPLATE_BYTES} more than CloudFormation takes as a body: ` +
        'shorten descriptions in template.yaml, or what src/ and its dependencies bring along.',
    );
  return text;
}

/** Takes away what would run the unpacked code, and lets Node.js print it. */
const PRINT_CODE =
  "sed -n 's/.*ZipFile: new Function(.*exports.,/process.stdout.write(/;s/(require,module,exports)$//p' rv-access-bundle.yaml | node";

/** AWS's own translator, as CloudFormation runs it. */
async function translate(path: string): Promise<JsonObject> {
  const python = join(root, '.venv/bin/python');
  if (!existsSync(python))
    throw new Error(`The one-file template needs ${python}, which is missing: run \`npm run setup\` first.`);
  const { stdout } = await promisify(execFile)(python, [join(root, 'scripts/translate.py'), path]);
  return JSON.parse(stdout);
}

/** The code in place of the placeholder, and last, so that all that people read comes before it. */
function withCode(template: JsonObject, code: InlineCode, { version = '' }: JsonObject): JsonObject {
  const { AWSTemplateFormatVersion = '', Description = '', Metadata, Resources, ...rest } = template;
  const { ParameterGroups = [] } = (Metadata as JsonObject)['AWS::CloudFormation::Interface'] as JsonObject;
  const { BundleFunction = {}, ...others } = Resources as Record<string, JsonObject>;
  // The translator marks what came from SAM with a tag; this template does not.
  const { Code: _, Tags: __, ...properties } = BundleFunction.Properties as JsonObject;
  return {
    AWSTemplateFormatVersion,
    Description,
    Metadata: {
      RvAccessBundle: { Version: version, CodeSha256: code.sha256 },
      'AWS::CloudFormation::Interface': { ParameterGroups },
    },
    ...rest,
    Resources: {
      ...Object.fromEntries(Object.entries(others).map(([id, resource]) => [id, withoutSam(resource)])),
      BundleFunction: {
        ...withoutSam(BundleFunction),
        Properties: { ...properties, Code: { ZipFile: code.zipFile } },
      },
    },
  };
}

/** Without what only `sam build` reads, and without what the translator repeats from the function on what it makes of it. */
function withoutSam({ Metadata = {}, ...resource }: JsonObject): JsonObject {
  const { BuildMethod: _, ...own } = Metadata as JsonObject;
  const { Type = '', ...rest } = resource;
  const kept = Type === 'AWS::Lambda::EventInvokeConfig' ? {} : own;
  return { Type, ...(Object.keys(kept).length > 0 && { Metadata: kept }), ...rest };
}

function comment({ name, version, license }: JsonObject, { repositoryUrl }: JsonObject): string {
  return `RV Access Bundle ${version} in one file, for StackSets and plain CloudFormation. ${license}.
Built from template.yaml, src/ and policies/ of ${repositoryUrl ?? name}.
The last line is the function: minified, packed with Brotli; it unpacks itself. To print it instead:
 ${PRINT_CODE}
CodeSha256 is the SHA-256 of what that prints.`;
}

async function readJson(file: string): Promise<JsonObject> {
  return JSON.parse(await readFile(join(root, file), 'utf8'));
}
