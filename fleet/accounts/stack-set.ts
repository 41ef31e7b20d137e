import {
  type CallAs,
  type CloudFormationClient,
  paginateListStackInstances,
  type StackInstanceSummary,
} from '@aws-sdk/client-cloudformation';
import type { Target } from './target.ts';

/** A stack set, and in whose name it is asked: the management account's own, or that of a delegated administrator. */
export interface StackSetName {
  StackSetName: string;
  CallAs: CallAs;
}

/** All instances of a stack set. */
export async function instancesOf(
  client: CloudFormationClient,
  name: StackSetName,
): Promise<StackInstanceSummary[]> {
  const instances: StackInstanceSummary[] = [];
  for await (const { Summaries = [] } of paginateListStackInstances({ client }, name))
    instances.push(...Summaries);
  return instances;
}

export function targetOf(instance: StackInstanceSummary): Target {
  const { Account = '', Region = '', StackId = '', StatusReason = '', Status = '' } = instance;
  return {
    account: Account,
    region: Region,
    stack: StackId,
    instance: instance.StackInstanceStatus?.DetailedStatus ?? Status,
    reason: StatusReason,
  };
}
