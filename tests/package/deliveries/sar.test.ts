import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type LocalAws, startLocalAws } from '../../../local/aws.ts';
import { root } from '../../../scripts/build/bundle.ts';
import { furtherTest } from '../../support/sample.ts';
import { python } from './python.ts';
import { type PackagedTemplate, sarFindings } from './sar-rules.ts';
import { sarServer } from './sar-server.ts';

const run = promisify(execFile);
const config = join(root, 'samconfig.toml');
const project = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

/** Runs the SAM CLI in the repository; resolves to all that it printed. */
async function sam(args: string[], env: Record<string, string>): Promise<{ code: number; output: string }> {
  const whole = { ...process.env, ...env, SAM_CLI_TELEMETRY: '0' };
  return run(join(root, '.venv/bin/sam'), args, { cwd: root, env: whole }).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ code, output: stdout + stderr }),
  );
}

describe('the way into the Serverless Application Repository', () => {
  let folder: string;
  let aws: LocalAws;
  let packaged: string;
  let template: PackagedTemplate;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sar-'));
    packaged = join(folder, 'packaged.yaml');
    aws = await startLocalAws();
    const env = aws.env();
    await python("import boto3; boto3.client('s3').create_bucket(Bucket='rv-access-bundle-sar')", env);
    const built = await sam(['build', '--build-dir', join(folder, 'build')], env);
    expect(built).toMatchObject({ code: 0 });
    const args = [
      '--template-file',
      join(folder, 'build/template.yaml'),
      '--s3-bucket',
      'rv-access-bundle-sar',
    ];
    const done = await sam(['package', ...args, '--output-template-file', packaged], env);
    expect(done).toMatchObject({ code: 0 });
    const { stdout } = await run(join(root, '.venv/bin/python'), ['-c', READ, packaged], { cwd: root });
    template = JSON.parse(stdout);
  });
  afterAll(async () => {
    await aws.stop();
    await rm(folder, { recursive: true });
  });

  test('sam package puts the function, the licence and the README into the bucket, and names them there', async () => {
    const { LicenseUrl, ReadmeUrl } = template.Metadata?.['AWS::ServerlessRepo::Application'] ?? {};
    expect(await download(String(LicenseUrl), aws)).toBe(await readFile(join(root, 'LICENSE'), 'utf8'));
    expect(await download(String(ReadmeUrl), aws)).toBe(await readFile(join(root, 'README.md'), 'utf8'));
    const { CodeUri } = template.Resources.BundleFunction?.Properties ?? {};
    const files =
      "import boto3,io,sys,zipfile; b,k=sys.argv[1][5:].split('/',1); print(sorted(zipfile.ZipFile(io.BytesIO(boto3.client('s3').get_object(Bucket=b,Key=k)['Body'].read())).namelist()))";
    expect(await python(files, aws.env(), [String(CodeUri)])).toBe("['THIRD-PARTY-LICENSES', 'index.js']\n");
  });

  test('the packaged template keeps to the rules of the repository', () => {
    expect(sarFindings(template)).toEqual([]);
  });

  furtherTest(
    'sam publish sends the metadata and the template, which then is version after version, none twice',
    async () => {
      const sar = await sarServer();
      const env = { ...aws.env(), AWS_ENDPOINT_URL_SERVERLESSAPPLICATIONREPOSITORY: sar.url };
      try {
        const publish = (...args: string[]) =>
          sam(['publish', '--config-file', config, '--template-file', packaged, ...args], env);
        const metadata = template.Metadata?.['AWS::ServerlessRepo::Application'] ?? {};

        expect(await publish()).toMatchObject({
          code: 0,
          output: expect.stringContaining('Publish Succeeded'),
        });
        const [{ call, body }] = sar.calls as [(typeof sar.calls)[0]];
        const { templateBody, ...sent } = body;
        expect(call).toBe('POST /applications');
        expect(sent).toEqual(
          Object.fromEntries(
            Object.entries(metadata).map(([name, value]) => [
              name.charAt(0).toLowerCase() + name.slice(1),
              value,
            ]),
          ),
        );
        expect(
          Object.keys((parse(String(templateBody), { logLevel: 'silent' }) as PackagedTemplate).Resources),
        ).toEqual(Object.keys(template.Resources));

        const again = await publish();
        expect(again.code).not.toBe(0);
        expect(again.output).toContain(`Cannot publish version ${project.version}`);

        sar.calls.length = 0;
        expect(await publish('--semantic-version', '99.0.0')).toMatchObject({ code: 0 });
        expect(sar.calls.map((made) => made.call)).toEqual([
          'POST /applications',
          'GET /applications/ID',
          'PATCH /applications/ID',
          'PUT /applications/ID/versions/99.0.0',
        ]);
      } finally {
        sar.close();
      }
    },
  );
});

/** A template with short forms as JSON, by the reader that scripts/translate.py has. */
const READ = `import json,sys; sys.path.insert(0,'scripts'); import translate; print(json.dumps(translate.read_template(sys.argv[1])))`;

function download(url: string, aws: LocalAws): Promise<string> {
  const program =
    "import boto3,sys; b,k=sys.argv[1][5:].split('/',1); sys.stdout.buffer.write(boto3.client('s3').get_object(Bucket=b,Key=k)['Body'].read())";
  return python(program, aws.env(), [url]);
}

describe('what the repository would refuse is found', () => {
  const metadata = {
    Name: 'rv',
    Description: 'What it does',
    Author: 'somebody',
    SpdxLicenseId: 'Apache-2.0',
    LicenseUrl: 's3://bucket/license',
    ReadmeUrl: 's3://bucket/readme',
    SemanticVersion: '1.0.0',
  };
  const role = (statement: object) => ({
    Type: 'AWS::IAM::Role',
    Properties: { Policies: [{ PolicyDocument: { Statement: [{ Effect: 'Allow', ...statement }] } }] },
  });
  const findings = (change: { metadata?: object; resource?: object; transform?: string[] }) =>
    sarFindings({
      Transform: change.transform ?? 'AWS::Serverless-2016-10-31',
      Metadata: { 'AWS::ServerlessRepo::Application': { ...metadata, ...change.metadata } },
      Resources: change.resource ? { Thing: change.resource } : {},
    } as PackagedTemplate);

  test('nothing, in a template that keeps to the rules', () => {
    expect(findings({})).toEqual([]);
    const named = { Action: 'iam:AttachRolePolicy', Resource: { 'Fn::Sub': 'arn:aws:iam::1:role/name' } };
    expect(findings({ resource: role(named) })).toEqual([]);
  });

  test.each([
    [{ Name: 'a name' }],
    [{ Description: 'd'.repeat(257) }],
    [{ Author: 'Some Body' }],
    [{ LicenseUrl: 'LICENSE' }],
    [{ SemanticVersion: '1.0' }],
    [{ HomePageUrl: 'example.org' }],
    [{ Version: '1.0.0' }],
    [{ Labels: Array.from({ length: 11 }, (_, index) => `label${index}`) }],
    [{ Labels: ['two words'] }],
  ])('metadata like %j', (change) => {
    expect(findings({ metadata: change })).toHaveLength(1);
  });

  test.each([
    [{ Action: 'iam:AttachRolePolicy', Resource: '*' }],
    [{ Action: ['iam:PutRolePolicy'], Resource: ['arn:aws:iam::1:role/one', 'arn:aws:iam::1:role/*'] }],
    [{ Action: 'iam:*', Resource: 'arn:aws:iam::1:*' }],
    [{ Action: 'iam:Attach*', Resource: { 'Fn::Sub': 'arn:aws:iam::1:role/*' } }],
    [{ Action: '*', Resource: { 'Fn::If': ['Wide', '*', 'arn:aws:iam::1:role/one'] } }],
    [{ Action: { 'Fn::If': ['Wide', ['iam:PutRolePolicy'], ['iam:GetRole']] }, Resource: '*' }],
    [{ NotAction: 's3:*', Resource: '*' }],
    [{ Action: 'iam:PutRolePolicy', NotResource: 'arn:aws:iam::1:role/one' }],
  ])('a grant like %j', (statement) => {
    expect(findings({ resource: role(statement) })).toEqual([
      expect.stringMatching(/on all resources is refused/),
    ]);
  });

  test.each([
    [{ Type: 'Custom::Bundle' }],
    [{ Type: 'AWS::IAM::ManagedPolicy' }],
    [{ Type: 'AWS::Serverless::Function', Properties: { CodeUri: './src' } }],
    [{ Type: 'AWS::IAM::Role', Properties: { RoleName: 'own' } }],
    [
      {
        Type: 'AWS::IAM::Role',
        Properties: { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AWSLambda_FullAccess'] },
      },
    ],
  ])('a resource like %j', (resource) => {
    expect(findings({ resource })).toHaveLength(1);
  });

  test('another transform beside that of SAM', () => {
    expect(findings({ transform: ['AWS::Serverless-2016-10-31', 'AWS::LanguageExtensions'] })).toHaveLength(
      1,
    );
  });
});
