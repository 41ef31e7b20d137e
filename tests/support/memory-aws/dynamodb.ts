import type * as dynamodb from '@aws-sdk/client-dynamodb';
import { conditionFailed, noSuchTable, validation } from './dynamodb-errors.ts';
import type { Operations } from './operation.ts';
import type { Item, World } from './world.ts';

/** The one attribute that the tables here are keyed by. */
const KEY = 'bundle';

function table(world: World, name: string | undefined): Record<string, Item> {
  const found = world.ledger[name ?? ''];
  if (!found) throw noSuchTable();
  return found;
}

function keyOf(item: object | undefined): string {
  const key = (item as Item | undefined)?.[KEY]?.S;
  if (!key) throw validation('The provided key element does not match the schema');
  return key;
}

/** Reads one of the forms that a condition may have here: an attribute that is not there, or one of a known value. */
function holds(item: Item | undefined, input: dynamodb.PutItemCommandInput): boolean {
  const condition = input.ConditionExpression;
  if (condition === undefined) return true;
  const name = (text: string) => input.ExpressionAttributeNames?.[text] ?? text;
  const absent = /^attribute_not_exists\s*\(\s*(#?\w+)\s*\)$/.exec(condition.trim());
  if (absent?.[1]) return item?.[name(absent[1])] === undefined;
  const equal = /^(#?\w+)\s*=\s*(:\w+)$/.exec(condition.trim());
  if (!equal?.[1] || !equal[2]) throw validation(`Invalid ConditionExpression: ${condition}`);
  const wanted = (input.ExpressionAttributeValues as Item | undefined)?.[equal[2]];
  if (!wanted) throw validation(`An expression attribute value is not defined: ${equal[2]}`);
  const found = item?.[name(equal[1])];
  return found !== undefined && found.N === wanted.N && found.S === wanted.S;
}

/** A table by key, strongly consistent, with conditions: what one item per bundle takes, and no more. */
export const dynamodbOperations = {
  GetItem(world: World, input: dynamodb.GetItemCommandInput) {
    if (!input.ConsistentRead) throw validation('Here every read has to be consistent.');
    const Item = table(world, input.TableName)[keyOf(input.Key)];
    return Item ? { Item } : {};
  },

  PutItem(world: World, input: dynamodb.PutItemCommandInput) {
    const items = table(world, input.TableName);
    const key = keyOf(input.Item);
    if (!holds(items[key], input)) throw conditionFailed();
    items[key] = input.Item as Item;
    return {};
  },
} satisfies Operations;
