import { setTimeout } from 'node:timers/promises';
import * as DDB from '@aws-sdk/client-dynamodb';
import * as IAM from '@aws-sdk/client-iam';
import * as Secrets from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Clients, failure, localAws, trustOf } from './clients.ts';

const { aws, clients } = localAws();
const arn = 'arn:aws:iam::123456789012:role/function';
const Tags = [{ Key: 'stack', Value: 'own' }];
const others = [{ Key: 'stack', Value: 'other' }];
const ownTag = { StringEquals: { 'aws:ResourceTag/stack': 'own' } };
const allow = (Action: string | string[], Resource: string, Condition: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  Condition,
});
const PolicyArn = 'arn:aws:iam::123456789012:policy/own';

/** What the function's role is like: it reads all, makes what carries its tag, changes what carries it. */
const statements = [
  allow(['iam:GetUser', 'iam:GetRole', 'secretsmanager:DescribeSecret'], '*'),
  allow(['iam:Create*', 'iam:Tag*', 'secretsmanager:CreateSecret', 'secretsmanager:TagResource'], '*', {
    StringEquals: { 'aws:RequestTag/stack': 'own' },
  }),
  allow(
    ['iam:Delete*', 'iam:SimulatePrincipalPolicy', 'secretsmanager:*Value', 'secretsmanager:UntagResource'],
    '*',
    ownTag,
  ),
  allow('iam:AddRoleToInstanceProfile', '*', ownTag),
  allow('iam:AttachRolePolicy', 'arn:*:iam::*:role/own', {
    ...ownTag,
    ArnLike: { 'iam:PolicyARN': PolicyArn },
  }),
  allow('iam:PassRole', 'arn:*:iam::*:role/own'),
  allow('dynamodb:GetItem', 'arn:*:dynamodb:us-east-1:123456789012:table/own'),
  {
    Effect: 'Deny',
    Action: 'iam:CreateUser',
    Resource: '*',
    Condition: { Null: { 'iam:PermissionsBoundary': 'true' } },
  },
];
let role: Clients;
let person: Clients;

beforeEach(async () => {
  const accessKeyId = await aws().addRole({ arn, policies: [{ Statement: statements }] });
  role = clients('us-east-1', { accessKeyId });
  person = clients();
});

const createRole = (RoleName: string, given = Tags, { iam } = person) =>
  iam.send(new IAM.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trustOf(), Tags: given }));
const denied = (action: string, resource: string) => ({
  name: 'AccessDenied',
  status: 403,
  message:
    `User: arn:aws:sts::123456789012:assumed-role/function/function is not authorized to perform: ${action} on ` +
    `resource: ${resource} because no identity-based policy allows the ${action} action`,
});

describe('what a role may do only to what carries a tag', () => {
  it('is not taking that tag off a secret, alone or with others', async () => {
    const given = [...Tags, { Key: 'team', Value: 'data' }];
    const made = new Secrets.CreateSecretCommand({ Name: 'tagged', SecretString: '-', Tags: given });
    await person.secrets.send(made);
    const untag = (TagKeys: string[]) =>
      role.secrets.send(new Secrets.UntagResourceCommand({ SecretId: 'tagged', TagKeys }));
    for (const keys of [['stack'], ['team', 'stack']])
      expect(await failure(untag(keys))).toMatchObject({ name: 'AccessDeniedException' });
    await untag(['team']);
    const { Tags: left } = await person.secrets.send(
      new Secrets.DescribeSecretCommand({ SecretId: 'tagged' }),
    );
    expect(left).toEqual(Tags);
  });

  it('is denied about what is not there, which has no tag', async () => {
    const deletion = new IAM.DeleteUserCommand({ UserName: 'none' });
    expect(await failure(role.iam.send(deletion))).toEqual(
      denied('iam:DeleteUser', 'arn:aws:iam::123456789012:user/none'),
    );
    expect(await failure(person.iam.send(deletion))).toMatchObject({ name: 'NoSuchEntityException' });
    for (const command of [
      new IAM.DeleteLoginProfileCommand({ UserName: 'none' }),
      new IAM.DeletePolicyCommand({ PolicyArn }),
      new IAM.DeleteInstanceProfileCommand({ InstanceProfileName: 'none' }),
      new IAM.SimulatePrincipalPolicyCommand({
        PolicySourceArn: `${arn}/none`,
        ActionNames: ['s3:GetObject'],
      }),
    ])
      expect(await failure(role.iam.send(command as never))).toMatchObject({ name: 'AccessDenied' });
    const reading = new Secrets.GetSecretValueCommand({ SecretId: 'none' });
    expect(await failure(role.secrets.send(reading))).toMatchObject({
      name: 'AccessDeniedException',
      status: 400,
    });
    expect(await failure(person.secrets.send(reading))).toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('is done to what carries it, and denied about what carries another', async () => {
    await createRole('own');
    await createRole('other', others);
    await role.iam.send(new IAM.DeleteRoleCommand({ RoleName: 'own' }));
    expect(await failure(role.iam.send(new IAM.DeleteRoleCommand({ RoleName: 'other' })))).toEqual(
      denied('iam:DeleteRole', 'arn:aws:iam::123456789012:role/other'),
    );
    const simulation = {
      PolicySourceArn: 'arn:aws:iam::123456789012:role/own',
      ActionNames: ['s3:GetObject'],
    };
    await createRole('own');
    const { EvaluationResults } = await role.iam.send(new IAM.SimulatePrincipalPolicyCommand(simulation));
    expect(EvaluationResults).toHaveLength(1);
  });

  it('is denied for as long as IAM has not heard of the tag, and done after that', async () => {
    await aws().settings({ staleSeconds: 0.5, staleSeed: 1 });
    const remove = (RoleName: string) => role.iam.send(new IAM.DeleteRoleCommand({ RoleName }));
    const names = ['one', 'two', 'three', 'four', 'five'];
    for (const name of names) await createRole(name);
    const early = await Promise.allSettled(names.map(remove));
    const denials = names.filter((_, index) => early[index]?.status === 'rejected');
    expect(denials.length).toBeGreaterThan(0);
    await setTimeout(600);
    for (const name of denials) await remove(name);
  });
});

it('what a role may do to anything is answered as it is', async () => {
  const getUser = role.iam.send(new IAM.GetUserCommand({ UserName: 'none' }));
  expect(await failure(getUser)).toMatchObject({ name: 'NoSuchEntityException' });
  const description = role.secrets.send(new Secrets.DescribeSecretCommand({ SecretId: 'none' }));
  expect(await failure(description)).toMatchObject({ name: 'ResourceNotFoundException' });
});

it('a role makes only what gets its tag, and is asked about tags and replicas as well', async () => {
  await createRole('own', Tags, role);
  expect(await failure(createRole('more', others, role))).toMatchObject({ name: 'AccessDenied' });
  await role.secrets.send(new Secrets.CreateSecretCommand({ Name: 'own', SecretString: '{}', Tags }));
  const replicated = { Name: 'two', SecretString: '{}', Tags, AddReplicaRegions: [{ Region: 'eu-west-1' }] };
  expect(await failure(role.secrets.send(new Secrets.CreateSecretCommand(replicated)))).toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining('secretsmanager:ReplicateSecretToRegions'),
  });
  const noTagging = { arn, policies: [{ Statement: [allow('iam:CreateRole', '*')] }] };
  await aws().addRole(noTagging);
  expect(await failure(createRole('third', Tags, role))).toEqual(
    denied('iam:TagRole', 'arn:aws:iam::123456789012:role/third'),
  );
});

it('a role attaches only the policies that it may, to what it may, and passes on only what it may', async () => {
  await createRole('own');
  await createRole('second');
  const attach = (RoleName: string, policy: string) =>
    role.iam.send(new IAM.AttachRolePolicyCommand({ RoleName, PolicyArn: policy }));
  expect(await failure(attach('own', PolicyArn))).toMatchObject({ name: 'NoSuchEntityException' });
  expect(await failure(attach('own', `${PolicyArn}-2`))).toMatchObject({ name: 'AccessDenied' });
  expect(await failure(attach('second', PolicyArn))).toMatchObject({ name: 'AccessDenied' });

  const InstanceProfileName = 'profile';
  await role.iam.send(new IAM.CreateInstanceProfileCommand({ InstanceProfileName, Tags }));
  const add = (RoleName: string) =>
    role.iam.send(new IAM.AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
  expect(await failure(add('second'))).toEqual(
    denied('iam:PassRole', 'arn:aws:iam::123456789012:role/second'),
  );
  await add('own');
});

it('an explicit deny is told as one', async () => {
  const creation = new IAM.CreateUserCommand({ UserName: 'user', Tags });
  const { message } = await failure(role.iam.send(creation));
  expect(message).toMatch(/user\/user with an explicit deny in an identity-based policy$/);
});

it('a role of DynamoDB reaches only the tables that its policies name', async () => {
  const get = (TableName: string) =>
    failure(role.dynamodb.send(new DDB.GetItemCommand({ TableName, Key: { bundle: { S: 'one' } } })));
  expect(await get('other')).toMatchObject({ name: 'AccessDeniedException', status: 400 });
  expect(await get('own')).toMatchObject({ name: 'ResourceNotFoundException' });
});

it('is known by its own name, in its own account, also after a reset', async () => {
  const other = 'arn:aws:iam::999999999999:role/service/function';
  const accessKeyId = await aws().addRole({ arn: other, policies: [] });
  await aws().reset();
  const { sts, iam } = clients('us-east-1', { accessKeyId });
  expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Arn: 'arn:aws:sts::999999999999:assumed-role/function/function',
    Account: '999999999999',
  });
  expect(await failure(iam.send(new IAM.ListUsersCommand({})))).toMatchObject({ name: 'AccessDenied' });
  const calls = await aws().calls();
  expect(calls.map(({ account }) => account)).toEqual(['999999999999', '999999999999']);
});

it('a role without an ARN of a role, or without policies, is refused', async () => {
  for (const given of [
    { arn: 'function', policies: [] },
    { arn, policies: 'all' },
    { arn, policies: [{}] },
  ])
    await expect(aws().addRole(given as never)).rejects.toThrow('answered 400');
});
