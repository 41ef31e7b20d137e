import { type Operation, reportStack } from './operation.ts';
import { dependencies } from './order.ts';
import { deleteResource } from './resource-steps.ts';

/** Deletes all resources; what could not be deleted stays in the stack, so that it can be tried again. */
export async function runDelete(operation: Operation): Promise<void> {
  reportStack(operation, 'DELETE_IN_PROGRESS', 'User Initiated');
  const left = await deleteAllResources(operation);
  if (left.length > 0) {
    reportStack(
      operation,
      'DELETE_FAILED',
      `The following resource(s) failed to delete: [${left.join(', ')}].`,
    );
  } else {
    reportStack(operation, 'DELETE_COMPLETE');
  }
}

/**
 * Deletes in the reverse order of creation. What a resource that could not be deleted depends on (its function,
 * the function's role) stays too.
 *
 * @returns the logical ids of the resources whose deletion failed.
 */
export async function deleteAllResources(operation: Operation): Promise<string[]> {
  const { stack } = operation;
  const failed: string[] = [];
  const needed = new Set<string>();
  for (const resource of [...stack.resources.values()].reverse()) {
    if (needed.has(resource.logicalId) || !(await deleteResource(operation, resource))) {
      if (!needed.has(resource.logicalId)) {
        failed.push(resource.logicalId);
      }
      const definition = stack.template.Resources[resource.logicalId];
      for (const other of definition ? dependencies(definition) : []) {
        needed.add(other);
      }
    } else {
      stack.resources.delete(resource.logicalId);
    }
  }
  return failed;
}
