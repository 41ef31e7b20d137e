import { createFunction, type LambdaFunction } from '../lambda/function.ts';
import type { FunctionDefaults } from './stack-functions.ts';
import { putTable } from './tables.ts';

/** The ledger of a function that has no stack. */
const LEDGER_TABLE = 'events-Ledger';

/**
 * The built function with nothing of a template in its environment but a ledger, for events that are sent to it one by one.
 *
 * @param arn what the events have as service token
 */
export function eventFunction(arn: string, { functionPath, environment }: FunctionDefaults): LambdaFunction {
  return createFunction({
    arn,
    name: arn.split(':').at(-1) ?? '',
    code: { file: functionPath },
    handler: 'index.handler',
    timeoutMs: 300_000,
    memoryMb: 256,
    environment: { LEDGER_TABLE, ...environment },
    maximumRetries: 2,
  });
}

/** Makes the ledger that such a function has, if it is not there: the local AWS forgets it with a reset. */
export function putEventLedger(environment: Record<string, string>): Promise<void> {
  return putTable(environment, {
    logicalId: 'Ledger',
    type: 'AWS::DynamoDB::Table',
    physicalId: LEDGER_TABLE,
    attributes: {},
    properties: {
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'bundle', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'bundle', KeyType: 'HASH' }],
    },
  });
}

/** What the function finds its ledger by, for processes that are started otherwise. */
export const eventLedgerEnvironment = { LEDGER_TABLE };
