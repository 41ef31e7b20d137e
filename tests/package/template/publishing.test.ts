import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { VERSION } from '../../../src/version.ts';
import { template } from './template.ts';

const application = template.Metadata['AWS::ServerlessRepo::Application'];
const project = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../../package.json', import.meta.url)), 'utf8'),
);

test('the published version, name and licence are those of the package', () => {
  expect(application).toMatchObject({
    Name: project.name,
    SemanticVersion: project.version,
    SpdxLicenseId: project.license,
    LicenseUrl: 'LICENSE',
    ReadmeUrl: 'README.md',
  });
});

test('the function says that it is of the same version', () => {
  expect(VERSION).toBe(project.version);
});

test('the repository takes the metadata: name, author, description and labels keep to its limits', () => {
  expect(application.Name).toMatch(/^[a-zA-Z0-9-]{1,140}$/);
  expect(application.Author).toMatch(/^(?=.{1,127}$)[a-z0-9](([a-z0-9]|-(?!-))*[a-z0-9])?$/);
  expect(application.Description?.length).toBeLessThanOrEqual(256);
  expect(application.Labels?.length).toBeLessThanOrEqual(10);
  for (const label of application.Labels ?? []) expect(label).toMatch(/^[a-zA-Z0-9+\-_:/@]{1,127}$/);
});
