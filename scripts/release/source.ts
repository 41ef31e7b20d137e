/**
 * The template with home page and source code added to its metadata, which the Serverless Application Repository shows.
 * They are known from release.json alone, so template.yaml lacks them.
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
