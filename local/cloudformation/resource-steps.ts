import { type ExchangeOutcome, sendRequest } from './exchange.ts';
import { type Operation, report } from './operation.ts';
import { resourceKinds } from './resource-kinds.ts';
import { inventedId, simulateResource } from './simulated-resource.ts';
import { isCustomResource, type StackResource } from './stack.ts';
import { desiredProperties } from './stack-scope.ts';
import type { JsonObject } from './template.ts';

/** Creates a resource of the template. What a failed Create may have left stays in the stack for the rollback. */
export async function createResource(operation: Operation, logicalId: string): Promise<boolean> {
  const { stack } = operation;
  const type = stack.template.Resources[logicalId]?.Type ?? '';
  const resource: StackResource = { logicalId, type, physicalId: '', properties: {}, attributes: {} };
  report(operation, resource, 'CREATE_IN_PROGRESS');
  const properties = evaluated(operation, logicalId);
  if (typeof properties === 'string') {
    report(operation, resource, 'CREATE_FAILED', properties);
    return false;
  }
  if (!isCustomResource(type)) {
    const simulated = simulateResource(stack, logicalId, type, properties);
    report(operation, simulated, 'CREATE_IN_PROGRESS', 'Resource creation Initiated');
    const refusal = await keep(operation, simulated);
    report(operation, simulated, refusal === undefined ? 'CREATE_COMPLETE' : 'CREATE_FAILED', refusal);
    return refusal === undefined;
  }
  const outcome = await sendRequest(operation, {
    RequestType: 'Create',
    LogicalResourceId: logicalId,
    ResourceType: type,
    ResourceProperties: properties,
  });
  resource.physicalId = outcome.physicalId ?? inventedId(stack.name, logicalId);
  resource.properties = properties;
  stack.resources.set(logicalId, resource);
  if (!outcome.succeeded) {
    report(operation, resource, 'CREATE_FAILED', outcome.reason);
    return false;
  }
  resource.attributes = outcome.attributes;
  report(operation, resource, 'CREATE_IN_PROGRESS', 'Resource creation Initiated');
  report(operation, resource, 'CREATE_COMPLETE');
  return true;
}

/** One way from old to new properties of a resource that exists. */
export interface Change {
  from: JsonObject;
  to: JsonObject;
  /** Collects what has to be deleted at clean-up: the replaced resource, or one that a failed Update named. */
  superseded: StackResource[];
}

/** Brings an existing resource to other properties; the stack then holds what CloudFormation knows of it. */
export async function updateResource(
  operation: Operation,
  logicalId: string,
  change: Change,
): Promise<boolean> {
  const { stack } = operation;
  const current = stack.resources.get(logicalId);
  if (!current) {
    throw new Error(`${logicalId} is not in stack ${stack.name}`);
  }
  report(operation, current, 'UPDATE_IN_PROGRESS');
  if (!isCustomResource(current.type)) {
    const changed = simulateResource(stack, logicalId, current.type, change.to, current);
    const refusal = await keep(operation, changed);
    if (current.type in resourceKinds && changed.physicalId !== current.physicalId) {
      change.superseded.push(current);
    }
    report(operation, changed, refusal === undefined ? 'UPDATE_COMPLETE' : 'UPDATE_FAILED', refusal);
    return refusal === undefined;
  }
  const outcome = await requestUpdate(operation, current, change);
  if (!outcome.succeeded) {
    if (outcome.physicalId !== undefined && outcome.physicalId !== current.physicalId) {
      change.superseded.push({ ...current, physicalId: outcome.physicalId, properties: change.to });
    }
    report(operation, current, 'UPDATE_FAILED', outcome.reason);
    return false;
  }
  const { physicalId, attributes } = outcome;
  const changed = { ...current, physicalId, attributes, properties: change.to };
  stack.resources.set(logicalId, changed);
  if (physicalId !== current.physicalId) {
    change.superseded.push({ ...current, properties: change.from });
    const reason = 'Requested update required the provider to create a new physical resource';
    report(operation, changed, 'UPDATE_IN_PROGRESS', reason);
  }
  report(operation, changed, 'UPDATE_COMPLETE');
  return true;
}

async function requestUpdate(
  operation: Operation,
  current: StackResource,
  change: Change,
): Promise<ExchangeOutcome> {
  if (change.from.ServiceToken !== change.to.ServiceToken) {
    return { succeeded: false, reason: 'Modifying service token is not allowed.' };
  }
  return sendRequest(operation, {
    RequestType: 'Update',
    LogicalResourceId: current.logicalId,
    PhysicalResourceId: current.physicalId,
    ResourceType: current.type,
    ResourceProperties: change.to,
    OldResourceProperties: change.from,
  });
}

/** Deletes a physical resource; the stack is not changed. */
export async function deleteResource(operation: Operation, resource: StackResource): Promise<boolean> {
  report(operation, resource, 'DELETE_IN_PROGRESS');
  if (isCustomResource(resource.type)) {
    const outcome = await sendRequest(operation, {
      RequestType: 'Delete',
      LogicalResourceId: resource.logicalId,
      PhysicalResourceId: resource.physicalId,
      ResourceType: resource.type,
      ResourceProperties: resource.properties,
    });
    if (!outcome.succeeded) {
      report(operation, resource, 'DELETE_FAILED', outcome.reason);
      return false;
    }
  }
  const refusal = await reasonOf(() => resourceKinds[resource.type]?.remove(operation.services, resource));
  report(operation, resource, refusal === undefined ? 'DELETE_COMPLETE' : 'DELETE_FAILED', refusal);
  return refusal === undefined;
}

/** Takes a resource into the stack and makes what stands behind it. @returns the reason why that failed. */
function keep({ services, stack }: Operation, resource: StackResource): Promise<string | undefined> {
  stack.resources.set(resource.logicalId, resource);
  return reasonOf(() => resourceKinds[resource.type]?.put(services, stack, resource));
}

async function reasonOf(act: () => void | Promise<void>): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The properties as the template gives them, or the reason why they cannot be evaluated. */
function evaluated(operation: Operation, logicalId: string): JsonObject | string {
  try {
    return desiredProperties(operation.stack, logicalId);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
