import {
  type AttributeValue,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type MemoryAws, memoryAws } from '../../support/memory-aws/memory-aws.ts';
import { outcome } from './scenario.ts';

let aws: MemoryAws;
const client = new DynamoDBClient({ region: 'us-east-1' });
const TableName = process.env.LEDGER_TABLE ?? 'ledger';
const item = (version: number, state = '{}'): Record<string, AttributeValue> => ({
  bundle: { S: 'rv-access/a/b/c' },
  version: { N: String(version) },
  state: { S: state },
});
const put = (input: Partial<PutItemCommandInput>) =>
  client.send(new PutItemCommand({ TableName, Item: item(1), ...input }));
const get = (table = TableName, ConsistentRead = true) =>
  client.send(
    new GetItemCommand({ TableName: table, Key: { bundle: { S: 'rv-access/a/b/c' } }, ConsistentRead }),
  );
const ABSENT = {
  ConditionExpression: 'attribute_not_exists(#bundle)',
  ExpressionAttributeNames: { '#bundle': 'bundle' },
};
const version = (number: number) => ({
  ConditionExpression: '#version = :version',
  ExpressionAttributeNames: { '#version': 'version' },
  ExpressionAttributeValues: { ':version': { N: String(number) } },
});

beforeEach(() => {
  aws = memoryAws();
});
afterEach(() => aws.restore());

test('an item is made once, and changed only from the version that was read', async () => {
  expect((await get()).Item).toBeUndefined();
  expect(await outcome(put(version(1)))).toBe('ConditionalCheckFailedException');
  expect(await outcome(put(ABSENT))).toBe('ok');
  expect(await outcome(put(ABSENT))).toBe('ConditionalCheckFailedException');
  expect(await outcome(put({ Item: item(2, '{"a":1}'), ...version(1) }))).toBe('ok');
  expect(await outcome(put({ Item: item(2), ...version(1) }))).toBe('ConditionalCheckFailedException');
  expect((await get()).Item).toEqual(item(2, '{"a":1}'));
});

test('a write whose answer was lost runs into its own condition', async () => {
  aws.failCall(({ action }) => action === 'PutItem', 'lostAnswer500');
  expect(await outcome(put(ABSENT))).toBe('ConditionalCheckFailedException');
  expect((await get()).Item).toEqual(item(1));
});

test('a read that is not consistent is refused, so that none slips in', async () => {
  expect(await outcome(get(TableName, false))).toBe('ValidationException');
});

test('a table that is not there, denied or throttled says so as DynamoDB does', async () => {
  expect(await outcome(get('another'))).toBe('ResourceNotFoundException');
  aws.failCall(({ service }) => service === 'dynamodb', 'accessDenied');
  await expect(get()).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringMatching(/dynamodb:GetItem on resource: ledger because no identity-based policy/),
  });
  aws.failCall(({ service }) => service === 'dynamodb', 'throttled', 9);
  expect(await outcome(get())).toBe('ThrottlingException');
});

test('the ledger is saved with the world and is no part of what exists', async () => {
  const before = aws.snapshot();
  const saved = aws.save();
  await put(ABSENT);
  expect(aws.snapshot()).toEqual(before);
  aws.load(saved);
  expect((await get()).Item).toBeUndefined();
});
