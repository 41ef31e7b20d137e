import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  AttachUserPolicyCommand,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListUserTagsCommand,
  TagUserCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { beforeEach, expect, test } from 'vitest';
import { BUNDLE, type Region, STACK, useAccount } from '../../e2e/account.ts';

const account = useAccount();
let here: Region;
const UserName = 'redislabs-user';
const userArn = `arn:aws:iam::123456789012:user/${UserName}`;
const change = { Tags: 'Team=Data' };

beforeEach(() => {
  here = account.in('us-east-1');
});

const tagUser = (Key: string, Value: string) =>
  here.clients.iam.send(new TagUserCommand({ UserName, Tags: [{ Key, Value }] }));

const useKey = (accessKeyId: string) =>
  account.aws.setLastUsed({ accessKeyId, service: 'ec2', region: 'us-east-1', secondsAgo: 60 });

test('a refused deletion is carried out once the tag is on the user', async () => {
  await here.create();
  await useKey((await here.content()).accessKeyId);
  const refused = await here.remove();
  expect(refused.status).toBe('DELETE_FAILED');
  expect(refused.answers[0]?.Reason).toContain(
    `aws iam tag-user --user-name ${UserName} --tags Key=rv-access:delete,Value=anyway`,
  );
  await tagUser('rv-access:delete', 'anyway');
  expect((await here.remove()).status).toBe('DELETE_COMPLETE');
});

test('what a stack that is gone has left is adopted once its user says that it has let go', async () => {
  await here.create();
  const key = await here.content();
  const anew = { stackName: 'anew' };
  const refused = await here.create({ ExistingEntities: 'Adopt' }, anew);
  expect(refused.answers[0]?.Reason).toContain(
    'If that stack is gone, put the tag rv-access:release=yes on its user and try again.',
  );
  await here.remove('anew');
  await tagUser('rv-access:release', 'yes');
  const { status, outputs } = await here.create({ ExistingEntities: 'Adopt' }, anew);
  expect(status).toBe('CREATE_COMPLETE');
  expect(outputs.Warnings).toContain(
    `has access keys that this bundle did not make: ${key.accessKeyId}. They were left.`,
  );
  const { Tags } = await here.clients.iam.send(new ListUserTagsCommand({ UserName }));
  expect(Tags?.map(({ Key }) => Key)).not.toContain('rv-access:release');
  expect(await here.clients.callerOf(key)).toBe(userArn);
  expect(await here.clients.callerOf(await here.content('AWSCURRENT', 'anew'))).toBe(userArn);
  expect((await here.remove('anew')).status).toBe('DELETE_COMPLETE');
});

/** The ledger's table, and a person's hands on it. */
function ledger() {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = account.aws.env('us-east-1');
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  const dynamodb = new DynamoDBClient({ endpoint: account.aws.endpoint, region: 'us-east-1', credentials });
  const TableName = here.cloudFormation.resource(STACK, 'Ledger').physicalId;
  const make = new CreateTableCommand({
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'bundle', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'bundle', KeyType: 'HASH' }],
  });
  return {
    TableName,
    lose: () => dynamodb.send(new DeleteTableCommand({ TableName })),
    make: () => dynamodb.send(make),
  };
}

test('a ledger that was lost with its table is written anew in one of the same name, and no key is made', async () => {
  await here.create();
  const key = await here.content();
  const { lose, make } = ledger();
  await lose();
  await make();
  expect((await here.update(change)).status).toBe('UPDATE_COMPLETE');
  expect((await here.content()).accessKeyId).toBe(key.accessKeyId);
  expect((await here.remove()).status).toBe('DELETE_COMPLETE');
});

test('a deletion without a ledger guesses nothing: it says what to do, and deletes once the tag is there', async () => {
  await here.create();
  const key = await here.content();
  const { TableName, lose, make } = ledger();
  await lose();
  const without = await here.remove();
  expect(without.answers[0]?.Reason).toContain(`The ledger, the DynamoDB table "${TableName}", is not there`);
  await make();
  const empty = await here.remove();
  expect(empty.answers[0]?.Reason).toContain('The ledger of this bundle was lost');
  expect(await here.clients.callerOf(key)).toBe(userArn);
  await tagUser('rv-access:delete', 'anyway');
  expect((await here.remove()).status).toBe('DELETE_COMPLETE');
  expect(await here.clients.callerOf(key)).toBe('InvalidClientTokenId');
});

test('after a clean-up that was refused an update to the old names takes them into service again', async () => {
  await here.create();
  const key = await here.content();
  const id = here.physicalId();
  await useKey(key.accessKeyId);
  expect((await here.update({ UserName: 'another' })).status).toBe('UPDATE_COMPLETE');
  expect(await here.clients.callerOf(key)).toBe(userArn);
  expect((await here.update({ UserName })).status).toBe('UPDATE_COMPLETE');
  expect(here.cloudFormation.resource(STACK, BUNDLE).physicalId).toBe(id);
  expect(await here.clients.callerOf(await here.content())).toBe(userArn);
  expect((await here.state()).users).not.toHaveProperty('another');
});

test('what was locked out by hand stays so through an update', async () => {
  await here.create();
  const { accessKeyId: AccessKeyId } = await here.content();
  const PolicyArn = 'arn:aws:iam::aws:policy/AWSDenyAll';
  await here.clients.iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
  await here.clients.iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Inactive' }));
  const { status, outputs } = await here.update(change);
  expect(status).toBe('UPDATE_COMPLETE');
  expect(outputs.Warnings).toContain('was set inactive by somebody. It was left so');
  const { AttachedPolicies } = await here.clients.iam.send(new ListAttachedUserPoliciesCommand({ UserName }));
  expect(AttachedPolicies?.map((policy) => policy.PolicyArn)).toContain(PolicyArn);
  const { AccessKeyMetadata } = await here.clients.iam.send(new ListAccessKeysCommand({ UserName }));
  expect(AccessKeyMetadata?.map((key) => key.Status)).toEqual(['Inactive']);
});
