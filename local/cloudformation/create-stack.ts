import { deleteAllResources } from './delete-stack.ts';
import { failSomethingElse, type Operation, reportStack } from './operation.ts';
import { resourcesInOrder } from './order.ts';
import { createResource } from './resource-steps.ts';
import { evaluateOutputs, scopeOf } from './stack-scope.ts';

/** Creates all resources, or rolls back: then every resource that was begun is deleted. */
export async function runCreate(operation: Operation): Promise<void> {
  reportStack(operation, 'CREATE_IN_PROGRESS', 'User Initiated');
  const failure = await createAll(operation);
  if (failure === undefined) {
    reportStack(operation, 'CREATE_COMPLETE');
    return;
  }
  reportStack(operation, 'ROLLBACK_IN_PROGRESS', `${failure} Rollback requested by user.`);
  const left = await deleteAllResources(operation);
  if (left.length > 0) {
    const reason = `The following resource(s) failed to delete: [${left.join(', ')}].`;
    reportStack(operation, 'ROLLBACK_FAILED', reason);
  } else {
    reportStack(operation, 'ROLLBACK_COMPLETE');
  }
}

/** @returns the reason of the rollback, if there has to be one. */
async function createAll(operation: Operation): Promise<string | undefined> {
  const { stack, options } = operation;
  for (const logicalId of resourcesInOrder(scopeOf(stack))) {
    if (!(await createResource(operation, logicalId))) {
      return `The following resource(s) failed to create: [${logicalId}].`;
    }
  }
  if (options.failAfterBundle || options.failDuringBundle) {
    await options.failDuringBundle?.catch(() => {});
    return `The following resource(s) failed to create: [${failSomethingElse(operation, 'CREATE')}].`;
  }
  try {
    stack.outputs = evaluateOutputs(stack);
    return undefined;
  } catch (error) {
    return `${error instanceof Error ? error.message : error}`;
  }
}
