import { randomUUID } from 'node:crypto';
import type { LocalAws } from '../../../local/aws.ts';
import {
  LocalCloudFormation,
  type OperationResult,
} from '../../../local/cloudformation/local-cloudformation.ts';
import type { ParameterValues } from '../../../local/cloudformation/parameters.ts';

/** As `describe-stack-instance` tells it. */
export interface StackInstance {
  account: string;
  region: string;
  stackId: string;
  /** `StackInstanceStatus.DetailedStatus`. */
  status: 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
  /** Why it failed: the first resource that did. */
  statusReason?: string;
}

export interface OperationPreferences {
  /** Accounts at a time; with SOFT_FAILURE_TOLERANCE failures do not lower it. */
  maxConcurrentCount: number;
  /** With more failures than this, the accounts that are left are cancelled. */
  failureToleranceCount: number;
}

export interface StackSet {
  readonly name: string;
  /** `create-stack-instances` and waiting for the end, Region after Region. In the order of Regions and accounts. */
  createInstances(
    accounts: string[],
    regions: string[],
    preferences: OperationPreferences,
  ): Promise<StackInstance[]>;
  /** `delete-stack-instances` without retaining the stacks. */
  deleteInstances(accounts: string[], regions: string[]): Promise<StackInstance[]>;
  /** The stack of an account and Region as CloudFormation keeps it. */
  stackIn(account: string, region: string): ReturnType<LocalCloudFormation['stack']>;
  close(): Promise<void>;
}

/**
 * A stack set of one template over accounts of the local AWS: each has CloudFormation, a function and a role of its own.
 *
 * @param keepsFunction whether the function of an account stays warm after an operation. One that does not ends with it,
 *   as a hundred processes are more than a machine likes; its stack can then only be looked at.
 */
export function stackSet(
  aws: LocalAws,
  name: string,
  templatePath: string,
  parameters: ParameterValues,
  keepsFunction: (account: string) => boolean,
): StackSet {
  const places = new Map<string, LocalCloudFormation>();
  const stackName = `StackSet-${name}-${randomUUID()}`;
  const cloudFormationIn = (accountId: string, region: string): LocalCloudFormation => {
    const place = `${accountId} ${region}`;
    const known = places.get(place) ?? new LocalCloudFormation({ aws, accountId, region, templatePath });
    places.set(place, known);
    return known;
  };

  const operate = async (
    account: string,
    region: string,
    run: (cloudFormation: LocalCloudFormation) => Promise<OperationResult>,
  ): Promise<StackInstance> => {
    const cloudFormation = cloudFormationIn(account, region);
    const result = await run(cloudFormation);
    if (!keepsFunction(account)) await cloudFormation.close();
    const status = /^(CREATE|DELETE)_COMPLETE$/.test(result.status) ? 'SUCCEEDED' : 'FAILED';
    return { account, region, stackId: result.stackId, status, ...reasonOf(result) };
  };

  return {
    name,
    createInstances: async (accounts, regions, preferences) => {
      const instances: StackInstance[] = [];
      for (const region of regions) {
        const create = (account: string) =>
          operate(account, region, (cloudFormation) => cloudFormation.createStack({ stackName, parameters }));
        instances.push(...(await inAccounts(accounts, region, preferences, create)));
      }
      return instances;
    },
    deleteInstances: async (accounts, regions) => {
      const instances: StackInstance[] = [];
      for (const region of regions)
        for (const account of accounts)
          instances.push(
            await operate(account, region, (cloudFormation) => cloudFormation.deleteStack(stackName)),
          );
      return instances;
    },
    stackIn: (account, region) => cloudFormationIn(account, region).stack(stackName),
    close: async () => {
      await Promise.all([...places.values()].map((cloudFormation) => cloudFormation.close()));
    },
  };
}

/** Runs an operation account by account, as many at a time as the preferences say. */
async function inAccounts(
  accounts: string[],
  region: string,
  { maxConcurrentCount, failureToleranceCount }: OperationPreferences,
  run: (account: string) => Promise<StackInstance>,
): Promise<StackInstance[]> {
  const instances = new Map<string, StackInstance>();
  const waiting = [...accounts];
  const failures = () => [...instances.values()].filter(({ status }) => status === 'FAILED').length;
  const work = async (): Promise<void> => {
    for (let account = waiting.shift(); account !== undefined; account = waiting.shift()) {
      const cancelled = failures() > failureToleranceCount;
      const instance = cancelled
        ? ({ account, region, stackId: '', status: 'CANCELLED' } as const)
        : await run(account);
      instances.set(account, instance);
    }
  };
  await Promise.all(Array.from({ length: maxConcurrentCount }, work));
  return accounts.flatMap((account) => instances.get(account) ?? []);
}

/** In the words of StackSets. */
function reasonOf({ events }: OperationResult): { statusReason?: string } {
  const failed = events.find(({ resourceStatus }) => /^(CREATE|DELETE)_FAILED$/.test(resourceStatus));
  if (!failed) return {};
  const { logicalResourceId, resourceType, resourceStatusReason } = failed;
  return {
    statusReason: `ResourceLogicalId:${logicalResourceId}, ResourceType:${resourceType}, ResourceStatusReason:${resourceStatusReason}`,
  };
}
