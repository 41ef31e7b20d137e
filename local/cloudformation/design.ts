import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { resolveParameters } from './parameters.ts';
import { partitionOf } from './partition.ts';
import { checkRules } from './rules.ts';
import type { Stack } from './stack.ts';
import type { StackInput } from './stack-input.ts';
import { scopeOf } from './stack-scope.ts';
import { loadTemplate } from './template.ts';
import type { StackDesign } from './update-stack.ts';

const repositoryTemplate = fileURLToPath(new URL('../../template.yaml', import.meta.url));

/** A stack before its creation. */
export function emptyStack(name: string, region: string, accountId: string): Stack {
  const { partition } = partitionOf(region);
  return {
    name,
    id: `arn:${partition}:cloudformation:${region}:${accountId}:stack/${name}/${randomUUID()}`,
    status: 'REVIEW_IN_PROGRESS',
    template: { Resources: {} },
    parameters: {},
    properties: {},
    resources: new Map(),
    outputs: {},
  };
}

/**
 * What a stack is to be: its template and parameters, where the input gives others, or else as they are.
 *
 * @throws ValidationError for parameters that the template does not allow.
 */
export async function designOf(
  stack: Stack,
  input: StackInput & { region: string; defaultPath: string | undefined },
): Promise<StackDesign> {
  const { templatePath, region, defaultPath = repositoryTemplate } = input;
  const path = templatePath ?? (stack.resources.size === 0 ? defaultPath : undefined);
  const template = path === undefined ? stack.template : await loadTemplate(path, region);
  const kept = Object.entries(stack.parameters).filter(([name]) => name in (template.Parameters ?? {}));
  const parameters = resolveParameters(template, { ...Object.fromEntries(kept), ...input.parameters });
  const design = { template, parameters, properties: { ...stack.properties, ...input.properties } };
  checkRules(scopeOf({ ...stack, ...design }));
  return design;
}
