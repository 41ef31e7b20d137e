import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../../../local/aws.ts';
import { LocalCloudFormation } from '../../../local/cloudformation/local-cloudformation.ts';
import { writeTemplate } from './cloudformation-fake.ts';

const source = `
exports.handler = async (event) => {
  if (event.fail) throw new TypeError('the test wants it');
  return { seen: event };
};`;
const template = {
  Resources: {
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: { FunctionName: 'checker', Code: { ZipFile: source }, Handler: 'index.handler' },
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: 'checker',
        Principal: 'events.amazonaws.com',
      },
      DependsOn: 'Function',
    },
  },
};

let aws: LocalAws;
let cloudFormation: LocalCloudFormation;
beforeAll(async () => {
  aws = await startLocalAws();
  cloudFormation = new LocalCloudFormation({ aws });
  const folder = mkdtempSync(join(tmpdir(), 'lambda-api-'));
  await cloudFormation.createStack({ stackName: 'stack', templatePath: writeTemplate(folder, template) });
});
afterAll(async () => {
  await cloudFormation.close();
  await aws.stop();
});

/** A call of Lambda at the endpoint of the local AWS, as an SDK makes it. */
async function call(path: string, body?: object, headers: Record<string, string> = {}, region = 'us-east-1') {
  const credential = `Credential=${aws.accountId}/20260101/${region}/lambda/aws4_request`;
  const response = await fetch(`${aws.endpoint}/2015-03-31/functions/${path}`, {
    method: body ? 'POST' : 'GET',
    ...(body ? { body: JSON.stringify(body) } : {}),
    headers: {
      authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=0`,
      ...headers,
    },
  });
  const text = await response.text();
  return {
    status: response.status,
    failed: response.headers.get('x-amz-function-error') ?? undefined,
    content: text === '' ? undefined : JSON.parse(text),
  };
}

test('a function is invoked by its name or its ARN, and answers', async () => {
  const arn = `arn:aws:lambda:us-east-1:${aws.accountId}:function:checker`;
  for (const name of ['checker', arn, encodeURIComponent(arn)]) {
    expect(await call(`${name}/invocations`, { a: 1 })).toEqual({
      status: 200,
      failed: undefined,
      content: { seen: { a: 1 } },
    });
  }
  expect(await aws.calls()).toMatchObject(
    Array(3).fill({ service: 'lambda', action: 'Invoke', parameters: {}, status: 200 }),
  );
});

test('a function that throws says so, and is not run again', async () => {
  expect(await call('checker/invocations', { fail: true })).toEqual({
    status: 200,
    failed: 'Unhandled',
    content: { errorType: 'TypeError', errorMessage: 'the test wants it' },
  });
  const last = (await cloudFormation.invocations()).at(-1);
  expect(last?.attempts.map(({ outcome }) => outcome)).toEqual(['error']);
});

test('an asynchronous invocation is answered at once, and run again when it fails', async () => {
  const headers = { 'x-amz-invocation-type': 'Event' };
  expect(await call('checker/invocations', { fail: true }, headers)).toMatchObject({ status: 202 });
  await cloudFormation.settled();
  const last = (await cloudFormation.invocations()).at(-1);
  expect(last?.attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
});

test('the policy of a function says who may invoke it', async () => {
  const { content } = await call('checker/policy');
  expect(JSON.parse(content.Policy).Statement).toMatchObject([
    { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'lambda:InvokeFunction' },
  ]);
});

test('a function that is not there is not found, nor is one of another Region', async () => {
  expect((await call('nobody/invocations', {})).status).toBe(404);
  expect((await call('checker/invocations', {}, {}, 'eu-west-1')).status).toBe(404);
});
