import { mkdtempSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateUserCommand,
  DeleteUserCommand,
  GetUserCommand,
  IAMClient,
  TagUserCommand,
} from '@aws-sdk/client-iam';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../../../local/aws.ts';
import { eventRoleEnvironment } from '../../../local/cloudformation/event-function.ts';
import { LocalCloudFormation } from '../../../local/cloudformation/local-cloudformation.ts';
import { writeTemplate } from './cloudformation-fake.ts';

const stackName = 'stack';
const folder = mkdtempSync(join(tmpdir(), 'stack-roles-'));
let aws: LocalAws;
let cloudFormation: LocalCloudFormation;

beforeAll(async () => {
  aws = await startLocalAws();
});
beforeEach(async () => {
  await aws.reset();
  cloudFormation = new LocalCloudFormation({ aws });
});
afterEach(() => cloudFormation.close());
afterAll(() => aws.stop());

const templateOf = (Action: string) => {
  const Statement = [
    { Effect: 'Allow', Action, Resource: { 'Fn::Sub': 'arn:*:iam::$' + '{AWS::AccountId}:user/*' } },
  ];
  const Resources = {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: { Policies: [{ PolicyName: 'p', PolicyDocument: { Statement } }] },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Code: { ZipFile: 'exports.handler = async () => process.env.AWS_ACCESS_KEY_ID;' },
        Handler: 'index.handler',
        FunctionName: 'teller',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      },
    },
  };
  return { templatePath: writeTemplate(folder, { Resources }) };
};

function iamClient(accessKeyId = '') {
  const credentials = { accessKeyId, secretAccessKey: 'local' };
  return new IAMClient({ endpoint: aws.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
}

/** What becomes of two calls that are made with the credentials of the function. */
async function outcomes() {
  const iam = iamClient(String((await cloudFormation.invoke('teller', {})).result));
  const names: string[] = [];
  for (const Command of [GetUserCommand, DeleteUserCommand])
    await iam.send(new Command({ UserName: 'none' }) as never).catch(({ name }) => names.push(name));
  return names;
}

test('a function calls as its role, and may what the policies of that role say', async () => {
  await cloudFormation.createStack({ stackName, ...templateOf('iam:GetUser') });
  expect(await outcomes()).toEqual(['NoSuchEntityException', 'AccessDenied']);
  const [call] = await aws.calls();
  const { physicalId } = cloudFormation.resource(stackName, 'Role');
  expect(call?.caller).toBe(`arn:aws:sts::${aws.accountId}:assumed-role/${physicalId}/function`);
});

test('an update of the stack changes what its function may do', async () => {
  await cloudFormation.createStack({ stackName, ...templateOf('iam:GetUser') });
  await cloudFormation.updateStack(stackName, templateOf('iam:DeleteUser'));
  expect(await outcomes()).toEqual(['AccessDenied', 'NoSuchEntityException']);
});

test('a function without a stack may do everything, but what the template allows by a tag only to what has such a tag', async () => {
  const { AWS_ACCESS_KEY_ID } = await eventRoleEnvironment(aws.addRole, aws.accountId);
  const iam = iamClient(AWS_ACCESS_KEY_ID);
  const UserName = 'user';
  const Tags = [{ Key: 'rv-access:stack', Value: 'any' }];
  const outcome = (command: object) =>
    iam.send(command as never).then(
      () => 'done',
      ({ name }) => name,
    );
  expect(await outcome(new GetUserCommand({ UserName }))).toBe('NoSuchEntityException');
  expect(await outcome(new TagUserCommand({ UserName, Tags }))).toBe('NoSuchEntityException');
  expect(await outcome(new DeleteUserCommand({ UserName }))).toBe('AccessDenied');
  expect(await outcome(new CreateUserCommand({ UserName }))).toBe('done');
  expect(await outcome(new DeleteUserCommand({ UserName }))).toBe('AccessDenied');
  expect(await outcome(new TagUserCommand({ UserName, Tags }))).toBe('done');
  expect(await outcome(new DeleteUserCommand({ UserName }))).toBe('done');
});

test('an event without a stack is answered by a function of that role', async () => {
  const functionPath = join(folder, 'index.js');
  await writeFile(functionPath, 'exports.handler = async () => process.env.AWS_ACCESS_KEY_ID;');
  const other = new LocalCloudFormation({ aws, functionPath });
  try {
    const { attempts } = await other.sendEvent({ ServiceToken: 'arn:x' } as never);
    const { AWS_ACCESS_KEY_ID } = await eventRoleEnvironment(aws.addRole, aws.accountId);
    expect(attempts[0]?.result).toBe(AWS_ACCESS_KEY_ID);
  } finally {
    await other.close();
  }
});
