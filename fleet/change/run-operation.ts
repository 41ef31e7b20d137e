import {
  type Capability,
  type CloudFormationClient,
  DescribeStackSetOperationCommand,
  type Parameter,
  paginateListStackSetOperationResults,
  type StackSetOperationPreferences,
  UpdateStackInstancesCommand,
  UpdateStackSetCommand,
} from '@aws-sdk/client-cloudformation';
import type { Operation } from './plan.ts';
import type { Instance, StackSetState } from './stack-set.ts';

export interface Failure {
  account: string;
  region: string;
  status: string;
  reason: string;
}

export interface Pace {
  /** Share of a wave that may fail before StackSets stops. */
  tolerate: number;
  /** Share of a wave that is worked on at a time. */
  concurrent: number;
  pauseMs: number;
  /** Told of the operation once it has begun. */
  tell: (operationId: string) => void;
}

/**
 * Starts an operation, tells its id, waits for its end, and answers what failed or was cancelled: also when it succeeded,
 * which is what StackSets calls an operation whose failures are tolerated.
 */
export async function runOperation(
  client: CloudFormationClient,
  set: StackSetState,
  operation: Operation,
  pace: Pace,
): Promise<{ status: string; failures: Failure[] }> {
  const id = await start(client, set, operation, pace);
  pace.tell(id);
  const status = await end(client, set, id, pace.pauseMs);
  return { status, failures: await failuresOf(client, set, id) };
}

async function start(
  client: CloudFormationClient,
  set: StackSetState,
  { kind, instances, toAll, given, kept }: Operation,
  pace: Pace,
): Promise<string> {
  const parameters: Parameter[] = [
    ...Object.entries(given).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
    ...kept.map((ParameterKey) => ({ ParameterKey, UsePreviousValue: true })),
  ];
  const shared = { ...set.name, OperationPreferences: preferences(pace) };
  const Regions = [...new Set(instances.map(({ region }) => region))];
  const where = { Regions, ...placesOf(set, instances) };
  if (kind === 'override') {
    const overrides = { ...shared, ...where, ParameterOverrides: parameters };
    return (await client.send(new UpdateStackInstancesCommand(overrides))).OperationId ?? '';
  }
  const update = {
    ...shared,
    ...(toAll ? {} : where),
    ...set.roles,
    UsePreviousTemplate: true,
    Capabilities: set.capabilities as Capability[],
    Parameters: parameters,
  };
  return (await client.send(new UpdateStackSetCommand(update))).OperationId ?? '';
}

/** A service-managed stack set is told the organizational units, and which accounts of them. */
function placesOf({ serviceManaged }: StackSetState, instances: Instance[]) {
  const Accounts = [...new Set(instances.map(({ account }) => account))];
  if (!serviceManaged) return { Accounts };
  const OrganizationalUnitIds = [...new Set(instances.map(({ unit }) => unit))];
  return {
    DeploymentTargets: { OrganizationalUnitIds, Accounts, AccountFilterType: 'INTERSECTION' as const },
  };
}

function preferences({ tolerate, concurrent }: Pace): StackSetOperationPreferences {
  return {
    ConcurrencyMode: 'SOFT_FAILURE_TOLERANCE',
    FailureTolerancePercentage: tolerate,
    MaxConcurrentPercentage: concurrent,
  };
}

async function end(
  client: CloudFormationClient,
  { name }: StackSetState,
  OperationId: string,
  pauseMs: number,
): Promise<string> {
  for (;;) {
    const { StackSetOperation } = await client.send(
      new DescribeStackSetOperationCommand({ ...name, OperationId }),
    );
    const status = StackSetOperation?.Status ?? '';
    if (!/^(QUEUED|RUNNING|STOPPING)$/.test(status)) return status;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

async function failuresOf(
  client: CloudFormationClient,
  { name }: StackSetState,
  OperationId: string,
): Promise<Failure[]> {
  const failures: Failure[] = [];
  for await (const { Summaries = [] } of paginateListStackSetOperationResults(
    { client },
    { ...name, OperationId },
  ))
    for (const { Account = '', Region = '', Status = '', StatusReason = '' } of Summaries)
      if (Status !== 'SUCCEEDED')
        failures.push({ account: Account, region: Region, status: Status, reason: StatusReason });
  return failures;
}
