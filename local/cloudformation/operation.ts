import type { AddRole } from '../aws/roles.ts';
import type { RunningAttempt } from '../lambda/function.ts';
import type { Exchange } from './exchange.ts';
import type { Invocation } from './function-directory.ts';
import type { ResponseServer } from './response-server.ts';
import type { Stack, StackEvent, StackResource } from './stack.ts';
import type { FunctionDefaults, Functions } from './stack-functions.ts';

/** How requests to functions run; everything has AWS's default or a small one. */
export interface RunOptions {
  /** Instead of the `Timeout` of the function in the template. */
  functionTimeoutMs?: number;
  /** Instead of the custom resource's `ServiceTimeout`. */
  serviceTimeoutMs?: number;
  /** Pauses before Lambda's two retries. Lambda waits one and two minutes; default 50 ms each. */
  retryDelaysMs?: number[];
  /** Called when the function begins with an event, also for retries; may keep `kill` to end it at some moment. */
  onAttempt?: (running: RunningAttempt) => void;
}

/** What goes wrong elsewhere in the stack: in a resource that is not in the template, `SomethingElse`. */
export interface OperationOptions extends RunOptions {
  /** Something else fails once the custom resources are done, so that the operation is rolled back. */
  failAfterBundle?: boolean;
  /** Something else fails when this settles: a custom resource that is not done by then is cancelled. */
  failDuringBundle?: Promise<unknown>;
}

/** What all operations of an account and Region share. */
export interface Services {
  functions: Functions;
  functionDefaults: FunctionDefaults;
  responses: ResponseServer;
  /** Lets a role call; absent where nobody judges what roles may do. */
  addRole: AddRole;
  /** Invocations that have not ended. */
  running: Set<Promise<void>>;
  /** Events that did not come from CloudFormation, in order. */
  invocations: Invocation[];
}

/** One create, update or delete of a stack. */
export interface Operation {
  stack: Stack;
  services: Services;
  options: OperationOptions;
  events: StackEvent[];
  exchanges: Exchange[];
  onStackEvent: ((event: StackEvent) => void) | undefined;
}

export function reportStack(operation: Operation, status: string, reason?: string): void {
  operation.stack.status = status;
  const { name, id } = operation.stack;
  report(operation, { logicalId: name, type: 'AWS::CloudFormation::Stack', physicalId: id }, status, reason);
}

export function report(
  operation: Operation,
  resource: Pick<StackResource, 'logicalId' | 'type' | 'physicalId'>,
  status: string,
  reason?: string,
): void {
  const event: StackEvent = {
    timestamp: new Date(),
    logicalResourceId: resource.logicalId,
    physicalResourceId: resource.physicalId,
    resourceType: resource.type,
    resourceStatus: status,
  };
  if (reason !== undefined) {
    event.resourceStatusReason = reason;
  }
  operation.events.push(event);
  operation.onStackEvent?.(event);
}

/** Reports the failure of a resource that stands for the rest of a larger stack. @returns its logical id. */
export function failSomethingElse(operation: Operation, verb: 'CREATE' | 'UPDATE'): string {
  const other = {
    logicalId: 'SomethingElse',
    type: 'AWS::CloudFormation::WaitCondition',
    physicalId: '',
  };
  report(
    operation,
    other,
    `${verb}_FAILED`,
    'WaitCondition timed out. Received 0 conditions when expecting 1',
  );
  return other.logicalId;
}
