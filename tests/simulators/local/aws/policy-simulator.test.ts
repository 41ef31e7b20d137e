import * as IAM from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, it } from 'vitest';
import { failure, localAws, trustOf } from './clients.ts';

const { aws, clients } = localAws();
const UserName = 'user';
const RoleName = 'role';
const user = `arn:aws:iam::123456789012:user/${UserName}`;
let iam: IAM.IAMClient;

const statement = (Effect: string, rest: object) => ({ Effect, Resource: '*', ...rest });
const documentOf = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });

beforeEach(async () => {
  iam = clients().iam;
  const own = documentOf(
    statement('Allow', { Action: ['ec2:Describe*', 'ec2:RunInstances', 'iam:PassRole'] }),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable of IAM
    statement('Allow', { Action: 'iam:GetUser', Resource: 'arn:aws:iam::*:user/${aws:username}' }),
    statement('Deny', {
      Action: 'ec2:RunInstances',
      Resource: 'arn:aws:ec2:*:*:volume/*',
      Condition: { Null: { 'aws:RequestTag/Owner': 'true' } },
    }),
    statement('Allow', {
      Action: 'kms:CreateGrant',
      Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    }),
  );
  await iam.send(new IAM.CreatePolicyCommand({ PolicyName: 'own', PolicyDocument: JSON.stringify(own) }));
  await iam.send(new IAM.CreateUserCommand({ UserName }));
  await iam.send(
    new IAM.AttachUserPolicyCommand({ UserName, PolicyArn: 'arn:aws:iam::123456789012:policy/own' }),
  );
});

async function simulate(actions: string[], rest: Partial<IAM.SimulatePrincipalPolicyCommandInput> = {}) {
  const { EvaluationResults } = await iam.send(
    new IAM.SimulatePrincipalPolicyCommand({ PolicySourceArn: user, ActionNames: actions, ...rest }),
  );
  return EvaluationResults ?? [];
}
const decisions = async (...input: Parameters<typeof simulate>) =>
  (await simulate(...input)).map(({ EvalActionName, EvalDecision }) => [EvalActionName, EvalDecision]);

describe('the policies of a user or role', () => {
  it('are asked, whatever the case of an action', async () => {
    const actions = ['ec2:describeVpcs', 'ec2:RunInstances', 's3:GetObject', 'iam:GetUser'];
    expect(await decisions(actions)).toEqual([
      ['ec2:describeVpcs', 'allowed'],
      ['ec2:RunInstances', 'allowed'],
      ['s3:GetObject', 'implicitDeny'],
      ['iam:GetUser', 'implicitDeny'],
    ]);
    expect(await decisions(['iam:GetUser'], { ResourceArns: [user] })).toEqual([['iam:GetUser', 'allowed']]);
  });

  it('are asked with their conditions, for each resource', async () => {
    const ResourceArns = [
      'arn:aws:ec2:us-east-1:123456789012:volume/v',
      'arn:aws:ec2:us-east-1:123456789012:subnet/s',
    ];
    const run = 'ec2:RunInstances';
    expect(await decisions([run], { ResourceArns })).toEqual([
      [run, 'explicitDeny'],
      [run, 'allowed'],
    ]);
    const entry = (ContextKeyName: string, value: string) => ({
      ContextKeyName,
      ContextKeyType: 'string' as const,
      ContextKeyValues: [value],
    });
    expect(
      await decisions([run], { ResourceArns, ContextEntries: [entry('aws:RequestTag/Owner', 'me')] }),
    ).toEqual([
      [run, 'allowed'],
      [run, 'allowed'],
    ]);
    expect(await decisions(['kms:CreateGrant'])).toEqual([['kms:CreateGrant', 'implicitDeny']]);
    const ContextEntries = [entry('kms:GrantIsForAWSResource', 'true')];
    expect(await decisions(['kms:CreateGrant'], { ContextEntries })).toEqual([
      ['kms:CreateGrant', 'allowed'],
    ]);
  });

  it('are managed ones, inline ones, those of groups, and those of AWS', async () => {
    await iam.send(new IAM.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trustOf() }));
    const PolicySourceArn = `arn:aws:iam::123456789012:role/${RoleName}`;
    const PolicyDocument = JSON.stringify(documentOf({ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }));
    await iam.send(new IAM.PutRolePolicyCommand({ RoleName, PolicyName: 'inline', PolicyDocument }));
    expect(await decisions(['s3:GetObject', 'ec2:RunInstances'], { PolicySourceArn })).toEqual([
      ['s3:GetObject', 'implicitDeny'],
      ['ec2:RunInstances', 'allowed'],
    ]);
    const PolicyArn = 'arn:aws:iam::aws:policy/AWSDenyAll';
    await iam.send(new IAM.AttachRolePolicyCommand({ RoleName, PolicyArn }));
    expect(await decisions(['ec2:RunInstances'], { PolicySourceArn })).toEqual([
      ['ec2:RunInstances', 'explicitDeny'],
    ]);
    await iam.send(new IAM.CreateGroupCommand({ GroupName: 'group' }));
    await iam.send(
      new IAM.PutGroupPolicyCommand({ GroupName: 'group', PolicyName: 'of-group', PolicyDocument }),
    );
    await iam.send(new IAM.AddUserToGroupCommand({ GroupName: 'group', UserName }));
    expect(await decisions(['sqs:SendMessage'])).toEqual([['sqs:SendMessage', 'allowed']]);
  });

  it('are those of somebody who is there', async () => {
    const PolicySourceArn = 'arn:aws:iam::123456789012:user/nobody';
    expect((await failure(simulate(['s3:GetObject'], { PolicySourceArn }))).name).toBe(
      'NoSuchEntityException',
    );
  });
});

it('says nothing of an organization or a boundary that are not there', async () => {
  const [result] = await simulate(['ec2:RunInstances']);
  expect(result).not.toHaveProperty('OrganizationsDecisionDetail');
  expect(result).not.toHaveProperty('PermissionsBoundaryDecisionDetail');
});

it('says what a permissions boundary leaves', async () => {
  const PolicyDocument = JSON.stringify(documentOf(statement('Allow', { Action: 'ec2:Describe*' })));
  const { Policy } = await iam.send(new IAM.CreatePolicyCommand({ PolicyName: 'boundary', PolicyDocument }));
  await iam.send(new IAM.PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: Policy?.Arn }));
  expect(await simulate(['ec2:DescribeVpcs', 'ec2:RunInstances'])).toMatchObject([
    { EvalDecision: 'allowed', PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: true } },
    {
      EvalDecision: 'implicitDeny',
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
    },
  ]);
});

describe('service control policies', () => {
  it('take away what they deny, and nothing by a statement with a condition', async () => {
    const serviceControlPolicies = [
      documentOf(statement('Deny', { Action: 'iam:PassRole' })),
      documentOf({
        Effect: 'Deny',
        NotAction: 'iam:*',
        Resource: '*',
        Condition: { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
      }),
    ];
    await aws().settings({ serviceControlPolicies });
    expect(await simulate(['iam:PassRole', 'ec2:RunInstances'])).toMatchObject([
      { EvalDecision: 'explicitDeny', OrganizationsDecisionDetail: { AllowedByOrganizations: false } },
      { EvalDecision: 'allowed', OrganizationsDecisionDetail: { AllowedByOrganizations: true } },
    ]);
  });

  it('leave only what they allow, if they allow anything', async () => {
    await aws().settings({
      serviceControlPolicies: [documentOf(statement('Allow', { Action: 'iam:*' }))],
    });
    expect(await simulate(['iam:PassRole', 'ec2:RunInstances'])).toMatchObject([
      { EvalDecision: 'allowed', OrganizationsDecisionDetail: { AllowedByOrganizations: true } },
      { EvalDecision: 'implicitDeny', OrganizationsDecisionDetail: { AllowedByOrganizations: false } },
    ]);
  });

  it('have to be policy documents', async () => {
    await expect(aws().settings({ serviceControlPolicies: [{}] })).rejects.toThrow(
      'a list of policy documents',
    );
  });
});

it('answers in pages', async () => {
  const ActionNames = ['a:A', 'b:B', 'c:C'];
  const command = (Marker?: string) =>
    new IAM.SimulatePrincipalPolicyCommand({
      PolicySourceArn: user,
      ActionNames,
      MaxItems: 2,
      ...(Marker ? { Marker } : {}),
    });
  const first = await iam.send(command());
  expect(first).toMatchObject({ IsTruncated: true, EvaluationResults: [{}, {}] });
  const second = await iam.send(command(first.Marker));
  expect(second.IsTruncated).toBe(false);
  expect(second.EvaluationResults?.map(({ EvalActionName }) => EvalActionName)).toEqual(['c:C']);
});
