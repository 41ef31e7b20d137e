import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { root } from '../../../scripts/build/bundle.ts';
import { obstaclesToRelease, workflowOutputs } from '../../../scripts/release/check.ts';
import type { Release } from '../../../scripts/release/release-json.ts';
import { ofProduct, type Sbom } from '../../../scripts/release/sbom.ts';
import { withSource } from '../../../scripts/release/source.ts';

const run = promisify(execFile);
const filled: Release = {
  repositoryUrl: 'https://example.org/team/rv-access-bundle',
  sarApplicationId: 'arn:aws:serverlessrepo:us-east-1:123456789012:applications/rv-access-bundle',
  sarBucket: 'sar-artifacts',
  publisherRoleArn: 'arn:aws:iam::123456789012:role/publisher',
  launchBucket: 'launch-templates',
  launchBucketRegion: 'us-east-2',
};

describe('a release', () => {
  test('is made when all that only the maintainer knows is set, and the tag is the version', () => {
    expect(obstaclesToRelease(filled, '1.2.3', 'v1.2.3')).toEqual([]);
  });

  test('is not made of another tag than the version', () => {
    expect(obstaclesToRelease(filled, '1.2.3', 'v1.2.4')).toEqual([
      'The tag is v1.2.4, but package.json has version 1.2.3: tag v1.2.3.',
    ]);
  });

  test('is not made while something is not set, and says what, and where to read about it', () => {
    expect(obstaclesToRelease({ ...filled, sarBucket: null, launchBucket: null }, '1.2.3', 'v1.2.3')).toEqual(
      ['release.json lacks sarBucket, launchBucket: docs/publishing.md says what each is.'],
    );
  });

  test('goes on with what is set, and with the Region of the application', () => {
    expect(workflowOutputs(filled, '1.2.3')).toEqual({ version: '1.2.3', sarRegion: 'us-east-1', ...filled });
  });

  test('stops the workflow with a message and no output when the tag is another', async () => {
    const check = run(process.execPath, ['scripts/release.ts', 'check', 'v0.0.0'], { cwd: root });
    await expect(check).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^Not released: The tag is v0\.0\.0, but package\.json has version /),
    });
  });

  test('names its source in the metadata of the packaged template', () => {
    const packaged = 'Metadata:\n  AWS::ServerlessRepo::Application:\n    Name: rv\nResources: {}\n';
    expect(parse(withSource(packaged, 'https://example.org/rv', '1.2.3'))).toEqual({
      Metadata: {
        'AWS::ServerlessRepo::Application': {
          Name: 'rv',
          HomePageUrl: 'https://example.org/rv',
          SourceCodeUrl: 'https://example.org/rv/tree/v1.2.3',
        },
      },
      Resources: {},
    });
    expect(() => withSource('Resources: {}\n', 'https://example.org/rv', '1.2.3')).toThrow(/must have/);
  });

  test('lists the packages inside, with their versions, and no others', async () => {
    const { stdout } = await run(process.execPath, ['scripts/release.ts', 'sbom'], {
      cwd: root,
      maxBuffer: 1e7,
    });
    const sbom = JSON.parse(stdout) as Sbom;
    const project = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    expect(sbom.metadata.component).toMatchObject({
      type: 'application',
      name: project.name,
      version: project.version,
      description: project.description,
    });
    const listed = Object.fromEntries(sbom.components.map(({ name, version }) => [name, version]));
    expect(listed).toMatchObject(project.dependencies);
    expect(listed['@smithy/core']).toMatch(/^3\./);
    const refs = new Set(sbom.dependencies.map(({ ref }) => ref));
    expect(
      sbom.dependencies.flatMap(({ dependsOn = [] }) => dependsOn).filter((ref) => !refs.has(ref)),
    ).toEqual([]);
    // The fleet's program names a part of the SDK that is inside the function's clients, too.
    const tools = Object.keys(project.devDependencies).filter((name) => !name.startsWith('@smithy/'));
    for (const name of tools) expect(listed).not.toHaveProperty([name]);
  });
});

test('the list of what is inside says where the product comes from, once that is known', () => {
  const sbom = { metadata: { component: { name: 'package' } }, components: [], dependencies: [] };
  const project = { name: 'rv', version: '1.2.3', description: 'A product' };
  expect(ofProduct(sbom, project, filled).metadata.component).toEqual({
    type: 'application',
    ...project,
    externalReferences: [{ type: 'vcs', url: filled.repositoryUrl }],
  });
});

interface Workflow {
  permissions: Record<string, string>;
  jobs: Record<
    string,
    {
      needs?: string | string[];
      uses?: string;
      permissions?: Record<string, string>;
      steps?: { uses?: string; run?: string; with?: Record<string, unknown> }[];
    }
  >;
}

describe('the workflows', async () => {
  const folder = join(root, '.github/workflows');
  const files = await readdir(folder);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  const workflows = texts.map((text) => parse(text) as Workflow);
  const jobs = workflows.flatMap((workflow) => Object.entries(workflow.jobs));
  const steps = jobs.flatMap(([, job]) => job.steps ?? []);

  test('pin every action by its commit, and say which version that is', () => {
    const uses = texts.flatMap((text) => text.match(/uses: (?!\.\/).*/g) ?? []);
    expect(uses.length).toBeGreaterThan(0);
    for (const line of uses) expect(line).toMatch(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test('hold no keys: AWS is reached as the role that the identity of the workflow may assume', () => {
    expect(texts.join()).not.toMatch(/secrets\.|AWS_ACCESS_KEY_ID|AWS_SECRET/i);
    const credentials = steps.filter(({ uses }) =>
      uses?.startsWith('aws-actions/configure-aws-credentials@'),
    );
    expect(credentials.map((step) => Object.keys(step.with ?? {}))).toEqual([
      ['role-to-assume', 'aws-region'],
    ]);
  });

  test('may only read, but for the job that makes the release', () => {
    expect(workflows.map(({ permissions }) => permissions)).toEqual(files.map(() => ({ contents: 'read' })));
    const more = jobs.filter(([, { permissions }]) => permissions);
    expect(more.map(([name, { permissions }]) => [name, permissions])).toEqual([
      ['release', { contents: 'write', 'id-token': 'write', attestations: 'write' }],
    ]);
  });

  test('never put an expression into a command, where a tag could become code', () => {
    for (const { run: command } of steps) expect(command ?? '').not.toContain('${{');
  });

  test('sign what is released, its checksums too, before it leaves the machine that built it', () => {
    const release = Object.fromEntries(jobs).release?.steps ?? [];
    const place = (part: string) => release.findIndex((step) => JSON.stringify(step).includes(part));
    expect(place('attest-build-provenance')).toBeGreaterThan(place('sha256sum'));
    expect(place('attest-build-provenance')).toBeLessThan(place('put-object'));
    const { 'subject-path': subjects } = release[place('attest-build-provenance')]?.with ?? {};
    for (const file of ['rv-access-bundle.yaml', 'rv-access-bundle.sbom.json', 'SHA256SUMS'])
      expect(subjects).toContain(`dist/${file}`);
  });

  test('have IAM Access Analyzer read every policy before anything is published', () => {
    const release = Object.fromEntries(jobs).release?.steps ?? [];
    const place = (part: string) => release.findIndex((step) => step.run?.includes(part));
    const analyzer = place('accessanalyzer validate-policy');
    expect(analyzer).toBeGreaterThan(0);
    expect(analyzer).toBeLessThan(place('sam publish'));
    const { run: command = '' } = release[analyzer] ?? {};
    expect(command).toContain('for policy in user-restricted instance-role boundary deployer function; do');
    expect(command).toContain('! cat boundary.txt deployer.txt function.txt | grep .');
  });

  test('never replace the template of a version that is out', () => {
    const upload = steps.find(({ run: command }) => command?.includes('put-object'))?.run ?? '';
    expect(upload).toContain("--if-none-match '*'");
    expect(upload).toContain('cmp');
    expect(texts.join()).not.toContain('aws s3 cp');
  });

  test('publish only what release.json and the tag allow, and what was tested', () => {
    const byName = Object.fromEntries(jobs);
    expect(byName.release?.needs).toEqual(['ready', 'test']);
    expect(byName.ready?.steps?.at(-1)?.run).toContain('scripts/release.ts check "$GITHUB_REF_NAME"');
    expect(texts.join()).toContain('bash .ci/run');
  });
});
