import { isDeepStrictEqual } from 'node:util';
import { failSomethingElse, type Operation, reportStack } from './operation.ts';
import { resourcesInOrder } from './order.ts';
import { createResource, deleteResource, updateResource } from './resource-steps.ts';
import type { Stack, StackResource } from './stack.ts';
import { desiredProperties, evaluateOutputs, scopeOf } from './stack-scope.ts';
import type { JsonObject } from './template.ts';

/** What an update aims at; taken over into the stack when the update begins, and taken back by a rollback. */
export type StackDesign = Pick<Stack, 'template' | 'parameters' | 'properties'>;

/** What happened so far in an update, for its clean-up and its rollback. */
interface Progress {
  /** The properties that were asked for, of each existing resource that was touched. */
  attempted: Map<string, JsonObject>;
  created: string[];
  /** Physical resources to delete at clean-up, unless they are in use again by then. */
  superseded: StackResource[];
}

/** Brings the stack to a new design, or rolls it back to the one before. */
export async function runUpdate(operation: Operation, design: StackDesign): Promise<void> {
  const { stack } = operation;
  const before: StackDesign & Pick<Stack, 'resources'> = { ...stack, resources: new Map(stack.resources) };
  const progress: Progress = { attempted: new Map(), created: [], superseded: [] };
  reportStack(operation, 'UPDATE_IN_PROGRESS', 'User Initiated');
  Object.assign(stack, design);

  const failure = await updateAll(operation, progress);
  if (failure !== undefined) {
    reportStack(operation, 'UPDATE_ROLLBACK_IN_PROGRESS', failure);
    await rollBack(operation, before, progress);
    return;
  }
  reportStack(operation, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
  const wanted = resourcesInOrder(scopeOf(stack));
  const removed = [...stack.resources.values()].filter(({ logicalId }) => !wanted.includes(logicalId));
  for (const { logicalId } of removed) {
    stack.resources.delete(logicalId);
  }
  const left = await cleanUp(operation, [...progress.superseded, ...removed]);
  const reason = 'Update successful. One or more resources could not be deleted.';
  reportStack(operation, 'UPDATE_COMPLETE', left ? reason : undefined);
}

/** @returns the reason of the rollback, if there has to be one. */
async function updateAll(operation: Operation, progress: Progress): Promise<string | undefined> {
  const { stack, options } = operation;
  try {
    for (const logicalId of resourcesInOrder(scopeOf(stack))) {
      const current = stack.resources.get(logicalId);
      if (!current) {
        progress.created.push(logicalId);
        if (!(await createResource(operation, logicalId))) {
          return `The following resource(s) failed to create: [${logicalId}].`;
        }
        continue;
      }
      const to = desiredProperties(stack, logicalId);
      if (isDeepStrictEqual(to, current.properties)) {
        continue;
      }
      progress.attempted.set(logicalId, to);
      const change = { from: current.properties, to, superseded: progress.superseded };
      if (!(await updateResource(operation, logicalId, change))) {
        return `The following resource(s) failed to update: [${logicalId}].`;
      }
    }
    if (options.failAfterBundle || options.failDuringBundle) {
      await options.failDuringBundle?.catch(() => {});
      return `The following resource(s) failed to update: [${failSomethingElse(operation, 'UPDATE')}].`;
    }
    stack.outputs = evaluateOutputs(stack);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function rollBack(
  operation: Operation,
  before: StackDesign & Pick<Stack, 'resources'>,
  progress: Progress,
): Promise<void> {
  const { stack } = operation;
  const { resources, ...design } = before;
  Object.assign(stack, {
    template: design.template,
    parameters: design.parameters,
    properties: design.properties,
  });
  // The rollback itself is never cancelled by the failure that caused it.
  delete operation.options.failDuringBundle;
  for (const [logicalId, attempted] of progress.attempted) {
    const to = resources.get(logicalId)?.properties ?? {};
    if (
      !(await updateResource(operation, logicalId, { from: attempted, to, superseded: progress.superseded }))
    ) {
      const reason = `The following resource(s) failed to update: [${logicalId}].`;
      reportStack(operation, 'UPDATE_ROLLBACK_FAILED', reason);
      return;
    }
  }
  reportStack(operation, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
  const created = progress.created.flatMap((logicalId) => stack.resources.get(logicalId) ?? []);
  for (const { logicalId } of created) {
    stack.resources.delete(logicalId);
  }
  await cleanUp(operation, [...progress.superseded, ...created.reverse()]);
  reportStack(operation, 'UPDATE_ROLLBACK_COMPLETE');
}

/** Deletes what lost, each tried three times; after that CloudFormation forgets it. @returns whether any is left. */
async function cleanUp(operation: Operation, superseded: StackResource[]): Promise<boolean> {
  const inUse = [...operation.stack.resources.values()].map(({ physicalId }) => physicalId);
  const losers = new Map(superseded.map((resource) => [resource.physicalId, resource]));
  let left = false;
  for (const resource of losers.values()) {
    if (!inUse.includes(resource.physicalId)) {
      const deleted =
        (await deleteResource(operation, resource)) ||
        (await deleteResource(operation, resource)) ||
        (await deleteResource(operation, resource));
      left ||= !deleted;
    }
  }
  return left;
}
