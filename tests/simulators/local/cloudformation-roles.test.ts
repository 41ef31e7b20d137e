import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteUserCommand, GetUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../../../local/aws.ts';
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

/** What becomes of two calls that are made with the credentials of the function. */
async function outcomes() {
  const accessKeyId = String((await cloudFormation.invoke('teller', {})).result);
  const credentials = { accessKeyId, secretAccessKey: 'local' };
  const iam = new IAMClient({ endpoint: aws.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
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
