import { fileURLToPath } from 'node:url';
import type { AddRole } from '../aws/roles.ts';
import { createFunction, type LambdaFunction } from '../lambda/function.ts';
import type { FunctionDefaults } from './stack-functions.ts';
import { putTable } from './tables.ts';
import { loadTemplate } from './template.ts';

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

const template = fileURLToPath(new URL('../../template.yaml', import.meta.url));
const STACK_TAG = 'aws:ResourceTag/rv-access:stack';

/**
 * Lets such a function call as a role of its own, which may do everything, but what the template's role may do by the
 * stack's tag alone only to what has such a tag, of whatever stack.
 *
 * @returns the variables by which it calls as that role
 */
export async function eventRoleEnvironment(
  addRole: AddRole,
  accountId: string,
): Promise<Record<string, string>> {
  if (!addRole) return {};
  const byTag = await actionsByTag();
  const Condition = { Null: { [STACK_TAG]: 'false' } };
  const Statement = [
    { Effect: 'Allow', NotAction: byTag, Resource: '*' },
    { Effect: 'Allow', Action: byTag, Resource: '*', Condition },
  ];
  const arn = `arn:aws:iam::${accountId}:role/events`;
  return { AWS_ACCESS_KEY_ID: await addRole({ arn, policies: [{ Statement }] }) };
}

interface Statement {
  Action: unknown;
  Condition?: Record<string, object>;
}

/** What the template's role may do only to what carries the stack's tag. */
async function actionsByTag(): Promise<string[]> {
  const { Resources } = await loadTemplate(template, 'us-east-1');
  const policies = Resources.BundleFunctionRole?.Properties?.Policies as {
    PolicyDocument: { Statement: object[] };
  }[];
  const statements = policies
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap((each) => ('Fn::If' in each ? (each['Fn::If'] as unknown[]) : [each]))
    .filter((each): each is Statement => typeof each === 'object' && each !== null && 'Action' in each);
  const isByTag = ({ Condition }: Statement) => STACK_TAG in (Condition?.StringLike ?? {});
  const actionsOf = (some: Statement[]) =>
    some.flatMap(({ Action }) => JSON.stringify(Action).match(/\w+:\w+/g) ?? []);
  const otherwise = actionsOf(statements.filter((each) => !isByTag(each)));
  return actionsOf(statements.filter(isByTag)).filter((action) => !otherwise.includes(action));
}
