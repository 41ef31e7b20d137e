import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalCloudFormation } from '../../../local/cloudformation/local-cloudformation.ts';
import type { LocalCloudFormationOptions } from '../../../local/cloudformation/stack-input.ts';

/**
 * A function whose behaviour is chosen by the properties `OnCreate`, `OnUpdate` and `OnDelete`; otherwise it answers
 * SUCCESS with the physical id `id-<Name>`.
 */
const source = `
const http = require('node:http');
const fs = require('node:fs');

function put(url, body, headers, chunked) {
  return new Promise((resolve, reject) => {
    const length = chunked ? {} : { 'content-length': Buffer.byteLength(body) };
    const request = http.request(url, { method: 'PUT', headers: { ...length, ...headers } }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    });
    request.on('error', reject);
    if (chunked) request.write(body.slice(0, 1)), request.end(body.slice(1));
    else request.end(body);
  });
}

exports.handler = async (event, context) => {
  const properties = event.ResourceProperties;
  const how = properties['On' + event.RequestType] ?? 'answer';
  console.log(event.RequestType, how, 'request', context.awsRequestId, 'process', process.pid);
  const answer = {
    Status: 'SUCCESS',
    PhysicalResourceId: event.RequestType === 'Delete' ? event.PhysicalResourceId : 'id-' + properties.Name,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    Data: {
      Arn: context.invokedFunctionArn,
      Variable: process.env.STACK_ID ?? '',
      Remaining: String(context.getRemainingTimeInMillis() > 2000),
    },
  };
  if (how === 'throw') throw new TypeError('thrown by the test');
  if (how === 'exit') process.exit(3);
  if (how === 'hang') await new Promise(() => setInterval(() => {}, 1000));
  if (how === 'silence') return;
  if (how === 'slow') await new Promise((resolve) => setTimeout(resolve, 400));
  const first = how.endsWith(' once') && !fs.existsSync(properties.Marker);
  if (first) fs.writeFileSync(properties.Marker, '');
  if (first && how === 'crash once') process.kill(process.pid, 'SIGKILL');
  if ((first && how === 'fail once') || how === 'fail' || how === 'fail with new id') {
    answer.Status = 'FAILED';
    answer.Reason = 'the test wants it';
    if (how !== 'fail with new id' && event.PhysicalResourceId) answer.PhysicalResourceId = event.PhysicalResourceId;
  }
  if (how === 'no echo') answer.NoEcho = true;
  if (how === 'empty id') answer.PhysicalResourceId = '';
  if (how === 'too long') answer.Data.Long = 'x'.repeat(4096);
  if (how === 'wrong request') answer.RequestId = 'another';
  const headers = { 'content-type': how === 'content type' ? 'application/json' : '' };
  const body = how === 'no json' ? 'fine' : JSON.stringify(answer);
  let status = await put(event.ResponseURL, body, headers, how === 'chunked');
  console.error('answered', status);
  if (how === 'answer until taken') {
    while (status !== 200) status = await put(event.ResponseURL, body, headers);
  }
};
`;

const template = {
  Parameters: {
    Name: {
      Type: 'String',
      Default: 'one',
      AllowedPattern: '[a-z]*',
      ConstraintDescription: 'lower case only',
    },
    OnCreate: { Type: 'String', Default: '' },
    OnUpdate: { Type: 'String', Default: '' },
    OnDelete: { Type: 'String', Default: '' },
    Days: { Type: 'Number', Default: 7, MinValue: 7, MaxValue: 30 },
    Kind: { Type: 'String', Default: 'a', AllowedValues: ['a', 'b'] },
    Items: { Type: 'CommaDelimitedList', Default: 'x,y' },
  },
  Conditions: {
    SetOnCreate: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'OnCreate' }, ''] }] },
    SetOnUpdate: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'OnUpdate' }, ''] }] },
    SetOnDelete: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'OnDelete' }, ''] }] },
  },
  Resources: {
    Bundle: {
      Type: 'Custom::Bundle',
      Properties: {
        ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] },
        ServiceTimeout: 330,
        Name: { Ref: 'Name' },
        OnCreate: { 'Fn::If': ['SetOnCreate', { Ref: 'OnCreate' }, { Ref: 'AWS::NoValue' }] },
        OnUpdate: { 'Fn::If': ['SetOnUpdate', { Ref: 'OnUpdate' }, { Ref: 'AWS::NoValue' }] },
        OnDelete: { 'Fn::If': ['SetOnDelete', { Ref: 'OnDelete' }, { Ref: 'AWS::NoValue' }] },
        Days: { Ref: 'Days' },
        Flag: true,
        Items: { Ref: 'Items' },
        Nested: { Deep: [1, { Yes: false }] },
      },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Code: { S3Bucket: 'any', S3Key: 'any' },
        Handler: 'index.handler',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Timeout: 5,
        Environment: { Variables: { STACK_ID: { Ref: 'AWS::StackId' } } },
      },
    },
    Role: { Type: 'AWS::IAM::Role', Properties: {} },
  },
  Outputs: {
    Id: { Value: { Ref: 'Bundle' } },
    FunctionArn: { Value: { 'Fn::GetAtt': ['Bundle', 'Arn'] } },
    StackIdSeen: { Value: { 'Fn::GetAtt': 'Bundle.Variable' } },
    Remaining: { Value: { 'Fn::GetAtt': ['Bundle', 'Remaining'] } },
    Sentence: {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of Fn::Sub
      Value: { 'Fn::Sub': 'in ${AWS::Region} of ${AWS::Partition}: ${Bundle.Arn}, not ${!Bundle}' },
    },
  },
};

export type FakeTemplate = typeof template;

/** CloudFormation with a tiny template and a tiny function; `change` edits the template. */
export function fakeCloudFormation(
  options: Partial<LocalCloudFormationOptions> = {},
  change: (template: FakeTemplate) => unknown = (same) => same,
): LocalCloudFormation & { folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'fake-stack-'));
  const functionPath = join(folder, 'function.cjs');
  writeFileSync(functionPath, source);
  const templatePath = writeTemplate(folder, change(structuredClone(template)));
  const aws = { accountId: '123456789012', env: () => ({ AWS_REGION: 'us-east-1' }) };
  return Object.assign(new LocalCloudFormation({ aws, templatePath, functionPath, ...options }), { folder });
}

export function writeTemplate(folder: string, content: unknown): string {
  const path = join(folder, `template-${Math.random()}.json`);
  writeFileSync(path, JSON.stringify(content));
  return path;
}
