import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Aws, Call } from '../aws/clients.ts';
import { codeOf, deniedBy, isKmsFailure, isPassing } from '../aws/error-codes.ts';
import { type AwsError, CallError, LeaseError, LedgerError } from '../errors.ts';
import { emptyState, isSpent, type LedgerState } from './state.ts';

/** For how long the item of a bundle that is gone is kept, in seconds: a month. */
const KEPT_AFTER_THE_END = 30 * 86_400;

type Change = (state: LedgerState) => void;

/** The ledger's item of one bundle, as this invocation knows it. */
export interface Ledger {
  readonly state: LedgerState;
  /**
   * Changes the state and writes the whole item, on the condition that nobody else has written it since. What changes
   * nothing is not written. Writes of one invocation queue up.
   *
   * @throws LeaseError if somebody else has
   */
  write(change: Change): Promise<void>;
  /**
   * Changes the state, to be written with the next write: for what a run that dies before it would find out again from
   * what stands in the ledger and from AWS.
   */
  note(change: Change): void;
  /** Reads it anew. */
  read(): Promise<void>;
}

/**
 * Reads the ledger's item of a bundle, consistently.
 *
 * @param key the value of the tag `rv-access:bundle`
 * @throws LedgerError if it cannot be read
 */
export async function openLedger(aws: Pick<Aws, 'dynamodb'>, key: string): Promise<Ledger> {
  const table = process.env.LEDGER_TABLE;
  if (!table)
    throw new LedgerError(
      'The function does not know its ledger: its environment variable LEDGER_TABLE is not set. Nothing was changed. ' +
        'Deploy the template again.',
    );
  let item = await readItem(aws.dynamodb, table, key);
  let queue: Promise<unknown> = Promise.resolve();

  /** What was noted while a write was under way. */
  let notes: Change[] = [];

  const changed = (state: LedgerState, changes: Change[]) => {
    const copy = structuredClone(state);
    for (const change of changes) change(copy);
    return copy;
  };
  const write = async (change: Change) => {
    const next = { version: item.version + 1, state: changed(item.state, [change]) };
    if (notes.length === 0 && JSON.stringify(next.state) === JSON.stringify(item.state)) return;
    notes = [];
    await writeItem(aws.dynamodb, table, key, item.version, next);
    item = { ...next, state: changed(next.state, notes) };
  };
  return {
    get state() {
      return item.state;
    },
    note(change) {
      notes.push(change);
      item = { ...item, state: changed(item.state, [change]) };
    },
    write(change) {
      const written = queue.then(() => write(change));
      queue = written.catch(() => {});
      return written;
    },
    async read() {
      item = await readItem(aws.dynamodb, table, key);
    },
  };
}

interface Item {
  /** 0: there is no item. */
  version: number;
  state: LedgerState;
}

async function readItem(dynamodb: Call, TableName: string, key: string): Promise<Item> {
  try {
    const { Item } = await dynamodb(
      new GetItemCommand({ TableName, Key: { bundle: { S: key } }, ConsistentRead: true }),
      // A table that CloudFormation has made a moment ago may not be known everywhere.
      { fresh: true, passing: ['ResourceNotFound'] },
    );
    if (!Item) return { version: 0, state: emptyState() };
    const version = Item.version?.N;
    return { version: Number(version), state: parseState(TableName, key, version && Item.state?.S) };
  } catch (error) {
    throw unreadable(TableName, error);
  }
}

/** @throws LedgerError if it is none: somebody else has written it. A parser's words would help nobody. */
function parseState(table: string, key: string, text = ''): LedgerState {
  let parsed: Partial<LedgerState> | null = null;
  try {
    parsed = JSON.parse(text);
  } catch {
    // Told below.
  }
  const { history, owners, underWay, keys } = { ...emptyState(), ...parsed };
  const isState =
    typeof parsed === 'object' &&
    parsed !== null &&
    !Array.isArray(parsed) &&
    Array.isArray(history) &&
    Array.isArray(underWay) &&
    [owners, keys, keys?.made, keys?.gone].every((part) => typeof part === 'object' && part !== null);
  if (isState) return { ...emptyState(), ...parsed };
  throw new LedgerError(
    `The item "${key}" of the ledger, the DynamoDB table "${table}", is not what this function writes: somebody else has ` +
      'changed it. Nothing was changed. Find out who did, delete that item, then try again: it is made anew from the tags.',
  );
}

async function writeItem(
  dynamodb: Call,
  TableName: string,
  key: string,
  version: number,
  next: Item,
): Promise<void> {
  const text = JSON.stringify(next.state);
  const expires = Math.floor(Date.now() / 1000) + KEPT_AFTER_THE_END;
  try {
    await dynamodb(
      new PutItemCommand({
        TableName,
        Item: {
          bundle: { S: key },
          version: { N: String(next.version) },
          state: { S: text },
          ...(isSpent(next.state) && { expires: { N: String(expires) } }),
        },
        ...(version === 0
          ? {
              ConditionExpression: 'attribute_not_exists(#bundle)',
              ExpressionAttributeNames: { '#bundle': 'bundle' },
            }
          : {
              ConditionExpression: '#version = :version',
              ExpressionAttributeNames: { '#version': 'version' },
              ExpressionAttributeValues: { ':version': { N: String(version) } },
            }),
      }),
    );
  } catch (error) {
    if (codeOf(error) !== 'ConditionalCheckFailed') throw unreadable(TableName, error);
    // The answer to this very write may have been lost, and the SDK has repeated it into a failed condition.
    const now = await readItem(dynamodb, TableName, key);
    if (now.version === next.version && JSON.stringify(now.state) === JSON.stringify(JSON.parse(text)))
      return;
    throw new LeaseError(
      'Another invocation of the function has written the ledger of this bundle in the meantime. Try again.',
      true,
    );
  }
}

/** What is thrown when the ledger is denied, throttled or gone; errors that end the request stay what they are. */
function unreadable(table: string, error: unknown): unknown {
  if (!(error instanceof CallError)) return error;
  const state = codeOf(error) === 'ResourceNotFound' ? 'is not there' : 'could not be used';
  return new LedgerError(
    `The ledger, the DynamoDB table "${table}", ${state}: ${error.problem} ` +
      'Without it nothing is known for certain, so nothing more was changed. ' +
      `${wayOut(error.cause)}, then try again.`,
  );
}

/** What a user can do about the table. */
function wayOut(cause: AwsError): string {
  const { httpStatusCode: status = 500 } = cause.$metadata ?? {};
  if (codeOf(cause) === 'ResourceNotFound')
    return 'Make a table of that name again, with the partition key bundle (a string)';
  if (isKmsFailure(cause))
    return "Encrypt the table with the key that the template uses, DynamoDB's own, or let the function's role use its key";
  if (isPassing(cause, {}))
    return 'Wait some minutes. If it stays so, set the capacity of the table to on-demand again, without a maximum';
  if (status >= 500)
    return 'Wait until DynamoDB can be reached: look at the AWS Health Dashboard of this Region';
  const policy = deniedBy(cause);
  return policy
    ? `The denial comes from a ${policy}: ask its owner to allow this action`
    : "Restore the template's role and table";
}
