import { type Input, Refusal } from './query.ts';
import type { Account, Operation, Organization } from './state.ts';

type Values = Record<string, string>;
type Action = (organization: Organization, input: Input) => object;

const PAGE = 20;

/** StackSets, as its documentation has it. */
export const stackSetActions: Record<string, Action> = {
  DescribeStackSet: (organization) => ({
    StackSet: {
      StackSetName: organization.stackSet,
      Status: 'ACTIVE',
      PermissionModel: organization.serviceManaged ? 'SERVICE_MANAGED' : 'SELF_MANAGED',
      TemplateBody: organization.templateBody,
      Parameters: listOf(organization.parameters),
      Capabilities: ['CAPABILITY_IAM'],
      AdministrationRoleARN: organization.serviceManaged ? undefined : 'arn:aws:iam::111111111111:role/Ours',
      ExecutionRoleName: organization.serviceManaged ? undefined : 'Theirs',
    },
  }),
  ListStackInstances: ({ accounts }, input) => {
    const all = [...accounts.values()];
    const from = Number(input.NextToken ?? 0);
    const NextToken = from + PAGE < all.length ? String(from + PAGE) : undefined;
    return { Summaries: all.slice(from, from + PAGE).map(summaryOf), NextToken };
  },
  DescribeStackInstance: ({ accounts }, input) => {
    const account = accounts.get(String(input.StackInstanceAccount));
    if (!account) throw new Refusal('StackInstanceNotFoundException', 'There is no such instance', 404);
    return { StackInstance: { ...summaryOf(account), ParameterOverrides: listOf(account.overrides) } };
  },
  UpdateStackSet: (organization, input) => {
    if (input.UsePreviousTemplate !== 'true') throw new Refusal('ValidationError', 'Give a template');
    if (!list(input.Capabilities).includes('CAPABILITY_IAM'))
      throw new Refusal('InsufficientCapabilitiesException', 'Requires capabilities : [CAPABILITY_IAM]');
    if (!organization.serviceManaged && input.AdministrationRoleARN !== 'arn:aws:iam::111111111111:role/Ours')
      throw new Refusal('ValidationError', 'The administration role is not the one of the stack set');
    // What is not named is not there any more, and the template's default holds.
    organization.parameters = valuesOf(input.Parameters, organization.parameters);
    const targets = targetsOf(organization, input);
    for (const account of organization.accounts.values())
      if (account.status !== 'INOPERABLE') account.status = 'OUTDATED';
    return operate(organization, 'UPDATE', targets ?? [...organization.accounts.values()], input);
  },
  UpdateStackInstances: (organization, input) => {
    const targets = targetsOf(organization, input) ?? [];
    for (const account of targets) account.overrides = valuesOf(input.ParameterOverrides, account.overrides);
    return operate(organization, 'UPDATE', targets, input);
  },
  DescribeStackSetOperation: ({ operations }, { OperationId }) => {
    const operation = find(operations, OperationId);
    operation.looks -= 1;
    return {
      StackSetOperation: { OperationId, Status: operation.looks >= 0 ? 'RUNNING' : operation.status },
    };
  },
  ListStackSetOperationResults: ({ operations }, { OperationId }) => ({
    Summaries: find(operations, OperationId).results,
  }),
};

function summaryOf(account: Account): object {
  return {
    Account: account.id,
    Region: account.region,
    OrganizationalUnitId: account.unit,
    StackId: account.stackId,
    Status: account.status,
    StatusReason: account.reason || undefined,
    StackInstanceStatus: { DetailedStatus: account.detailed },
  };
}

/** The accounts that a call names; undefined if it names none, which means all. */
function targetsOf({ accounts, serviceManaged }: Organization, input: Input): Account[] | undefined {
  const targets = input.DeploymentTargets as Input | undefined;
  if (serviceManaged ? input.Accounts : targets)
    throw new Refusal('ValidationError', 'These targets do not fit the permission model');
  if (!targets && !input.Accounts) return undefined;
  if (!list(input.Regions).length) throw new Refusal('ValidationError', 'Regions is required');
  const named = list(input.Accounts ?? targets?.Accounts);
  const units = list(targets?.OrganizationalUnitIds);
  if (serviceManaged && targets?.AccountFilterType !== 'INTERSECTION')
    throw new Refusal('ValidationError', 'AccountFilterType is required here');
  return [...accounts.values()].filter(
    ({ id, unit }) => named.includes(id) && (!serviceManaged || units.includes(unit)),
  );
}

/** Updates one account after the other, until more have failed than are tolerated. */
function operate(organization: Organization, action: string, targets: Account[], input: Input): object {
  const reached = targets.filter(({ status }) => status !== 'INOPERABLE');
  const { FailureTolerancePercentage = '0' } = (input.OperationPreferences ?? {}) as Values;
  const tolerated = Math.floor((reached.length * Number(FailureTolerancePercentage)) / 100);
  const results: Operation['results'] = [];
  let failures = 0;
  for (const account of reached) {
    const result = { Account: account.id, Region: account.region };
    if (failures > tolerated) results.push({ ...result, Status: 'CANCELLED', StatusReason: 'Cancelled' });
    else if (account.failing) {
      failures += 1;
      results.push({ ...result, Status: 'FAILED', StatusReason: account.failing });
    } else {
      account.inForce = { ...organization.parameters, ...account.overrides };
      account.status = 'CURRENT';
      results.push({ ...result, Status: 'SUCCEEDED' });
    }
  }
  const id = `operation-${organization.operations.length + 1}`;
  const status = failures > tolerated ? 'FAILED' : 'SUCCEEDED';
  organization.operations.push({ id, action, looks: 1, status, results });
  return { OperationId: id };
}

function find(operations: Operation[], id: unknown): Operation {
  const operation = operations.find((each) => each.id === id);
  if (!operation) throw new Refusal('OperationNotFoundException', 'There is no such operation', 404);
  return operation;
}

const list = (value: unknown): string[] => (Array.isArray(value) ? value : []);
export const listOf = (values: Values): object[] =>
  Object.entries(values).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue }));

function valuesOf(given: unknown, previous: Values): Values {
  const parameters = (given ?? []) as Values[];
  return Object.fromEntries(
    parameters.map(({ ParameterKey = '', ParameterValue = '', UsePreviousValue }) => [
      ParameterKey,
      UsePreviousValue === 'true' ? (previous[ParameterKey] ?? '') : ParameterValue,
    ]),
  );
}
