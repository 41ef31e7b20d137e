import { grantPermission, revokePermission } from './function-directory.ts';
import type { Services } from './operation.ts';
import type { Stack, StackResource } from './stack.ts';
import { deployFunction, putRole, removeFunction } from './stack-functions.ts';
import { putTable, removeTable } from './tables.ts';

/** What stands behind the resources of one type, if it is more than a name. */
interface ResourceKind {
  /** Makes it, or changes the one that is there. @throws Error with the reason why not. */
  put(services: Services, stack: Stack, resource: StackResource): void | Promise<void>;
  /** Removes it, if it is there. @throws Error with the reason why not. */
  remove(services: Services, resource: StackResource): void | Promise<void>;
}

/** All other types exist in name only. */
export const resourceKinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::Lambda::Function': {
    put: ({ functions, functionDefaults }, stack, resource) =>
      deployFunction(functions, stack, resource, functionDefaults),
    remove: ({ functions }, resource) => removeFunction(functions, resource),
  },
  'AWS::Lambda::Permission': {
    put: ({ functions }, _stack, resource) => grantPermission(functions, resource),
    remove: ({ functions }, resource) => revokePermission(functions, resource),
  },
  // What calls with the role may outlive it.
  'AWS::IAM::Role': {
    put: ({ functions, addRole }, _stack, resource) => putRole(functions, addRole, resource),
    remove: () => {},
  },
  'AWS::DynamoDB::Table': {
    put: ({ functionDefaults }, _stack, resource) => putTable(functionDefaults.environment, resource),
    remove: ({ functionDefaults }, resource) => removeTable(functionDefaults.environment, resource),
  },
};
