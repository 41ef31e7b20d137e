import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { root } from '../../../scripts/build/bundle.ts';
import { inlineCode } from '../../../scripts/build/inline.ts';
import { awsServer } from './aws-server.ts';

describe('the code for an inline template', () => {
  let folder: string;
  let server: Awaited<ReturnType<typeof awsServer>>;

  beforeAll(async () => {
    // Inside the repository, where the SDK is found as it is in the Lambda runtime.
    await mkdir(join(root, '.cache'), { recursive: true });
    folder = await mkdtemp(join(root, '.cache', 'inline-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  beforeEach(async () => {
    server = await awsServer();
  });
  afterEach(() => server.close());

  test('works with the SDK of the runtime', async () => {
    await writeFile(
      join(folder, 'index.cjs'),
      (await inlineCode('tests/package/build/sdk-calls.ts')).zipFile,
    );
    const script = `require('./index.cjs').handler().then((result) => console.log(JSON.stringify(result)))`;
    const env = {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'ASIAFUNCTION',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_ENDPOINT_URL: server.url,
    };
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { cwd: folder, env });
    expect(JSON.parse(stdout)).toEqual({
      UserArn: 'arn:aws:iam::123456789012:user/redislabs-user',
      SecretString: '{"provider":"AWS"}',
      CallerArn: 'arn:aws:iam::123456789012:user/other',
      version: '1',
      refusal: 'ConditionalCheckFailedException: no',
      missing: 'ResourceNotFoundException: not there',
    });
  });

  test('can be read: nothing is minified, packed or evaluated, and no line is long', async () => {
    const { zipFile } = await inlineCode('src/index.ts');
    for (const line of zipFile.split('\n')) expect(line.length).toBeLessThanOrEqual(190);
    expect(zipFile).toContain('\n// src/index.ts\n');
    expect(zipFile).not.toMatch(/\beval\(|new Function\(|Decompress|base64'\)\.toString/);
    const lines = zipFile.split('\n').filter((line) => /^\s*\S/.test(line));
    const average = lines.reduce((sum, line) => sum + line.trim().length, 0) / lines.length;
    expect(average).toBeLessThan(60);
  });

  test('is the same whenever it is built', async () => {
    expect(await inlineCode('src/index.ts')).toEqual(await inlineCode('src/index.ts'));
  });
});
