/**
 * Names the repository in a packaged template, as the metadata that the Serverless Application Repository shows:
 * `node scripts/release-source.ts .aws-sam/packaged.yaml`. It is known from release.json alone, so template.yaml lacks it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readRelease } from './release-json.ts';

const root = join(import.meta.dirname, '../..');

/**
 * The template with home page and source code added to its metadata.
 *
 * @throws Error if it has no metadata of the repository, or has one of the two already
 */
export function withSource(template: string, repositoryUrl: string, version: string): string {
  const key = /^( +)AWS::ServerlessRepo::Application:\n( +)/m;
  if (!key.test(template) || /^ +(HomePageUrl|SourceCodeUrl):/m.test(template))
    throw new Error(
      'The template must have AWS::ServerlessRepo::Application, without HomePageUrl and SourceCodeUrl.',
    );
  const lines = [`HomePageUrl: ${repositoryUrl}`, `SourceCodeUrl: ${repositoryUrl}/tree/v${version}`];
  return template.replace(key, (found, _, indent) => `${found}${lines.join(`\n${indent}`)}\n${indent}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const path = process.argv[2] ?? '';
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  writeFileSync(path, withSource(readFileSync(path, 'utf8'), readRelease(root).repositoryUrl ?? '', version));
}
