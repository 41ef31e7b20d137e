import * as DDB from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { failure, localAws } from './clients.ts';

const { aws, clients } = localAws();
const TableName = 'ledger';
const Key = { bundle: { S: 'one' } };
let dynamodb: DDB.DynamoDBClient;

beforeEach(async () => {
  dynamodb = clients().dynamodb;
  await dynamodb.send(
    new DDB.CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'bundle', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'bundle', KeyType: 'HASH' }],
    }),
  );
  await aws().clearCalls();
});

const read = (ConsistentRead = true) =>
  dynamodb.send(new DDB.GetItemCommand({ TableName, Key, ConsistentRead }));

/** Writes the item on the condition that it is not there, or has this version. */
function write(version: number, before?: number) {
  const condition =
    before === undefined
      ? {
          ConditionExpression: 'attribute_not_exists(#bundle)',
          ExpressionAttributeNames: { '#bundle': 'bundle' },
        }
      : {
          ConditionExpression: '#version = :version',
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: { ':version': { N: String(before) } },
        };
  const Item = { ...Key, version: { N: String(version) }, state: { S: '{"private":1}' } };
  return dynamodb.send(new DDB.PutItemCommand({ TableName, Item, ...condition }));
}

it('keeps an item on conditions', async () => {
  expect((await read()).Item).toBeUndefined();
  await write(1);
  expect(await failure(write(1))).toMatchObject({ name: 'ConditionalCheckFailedException', status: 400 });
  await write(2, 1);
  expect((await failure(write(3, 1))).name).toBe('ConditionalCheckFailedException');
  expect((await read()).Item).toMatchObject({ version: { N: '2' }, state: { S: '{"private":1}' } });
});

it('tells of a table that is not there', async () => {
  await dynamodb.send(new DDB.DeleteTableCommand({ TableName }));
  expect((await failure(read())).name).toBe('ResourceNotFoundException');
});

it('has its calls in the log, with no more than the names of what an item holds', async () => {
  await write(1);
  await failure(write(2, 7));
  await read();
  const calls = await aws().calls();
  expect(calls.map(({ service, action, errorCode }) => [service, action, errorCode])).toEqual([
    ['dynamodb', 'PutItem', undefined],
    ['dynamodb', 'PutItem', 'ConditionalCheckFailedException'],
    ['dynamodb', 'GetItem', undefined],
  ]);
  expect(calls[1]?.parameters).toMatchObject({
    TableName,
    Item: { bundle: '***', version: '***', state: '***' },
    ExpressionAttributeValues: { ':version': '***' },
  });
  expect(calls[0]?.resources).toEqual([
    { arn: 'arn:aws:dynamodb:us-east-1:123456789012:table/ledger', tags: {} },
  ]);
  expect(JSON.stringify(calls)).not.toContain('private');
});

describe('a fault', () => {
  it('loses the answer of a write that was applied', async () => {
    await aws().addFault({ fault: 'lostAnswer', service: 'dynamodb', action: 'PutItem' });
    expect((await failure(write(1))).name).not.toBe('ConditionalCheckFailedException');
    expect((await read()).Item).toMatchObject({ version: { N: '1' } });
  });

  it.each([
    ['throttle', 'ThrottlingException', 400],
    ['error500', 'InternalServerError', 500],
    ['accessDenied', 'AccessDeniedException', 400],
  ] as const)('of the kind %s answers %s', async (fault, name, status) => {
    await aws().addFault({ fault, service: 'dynamodb', action: 'GetItem' });
    expect(await failure(read())).toMatchObject({ name, status });
    expect((await read()).Item).toBeUndefined();
  });
});

it('may be stale unless the read is consistent', async () => {
  await aws().addFault({ fault: 'stale', seconds: 60, service: 'dynamodb', times: 'always' });
  await write(1);
  expect((await read(false)).Item).toBeUndefined();
  expect((await read()).Item).toMatchObject({ version: { N: '1' } });
});
