import { condition, type Scope } from './intrinsics.ts';
import type { Json, TemplateResource } from './template.ts';

/**
 * The logical ids of the resources whose conditions hold, each after those that it depends on
 * (DependsOn, Ref, Fn::GetAtt, Fn::Sub).
 *
 * @throws Error if resources depend on each other in a circle.
 */
export function resourcesInOrder(scope: Scope): string[] {
  const resources = scope.template.Resources;
  const present = Object.keys(resources).filter((id) => {
    const name = resources[id]?.Condition;
    return name === undefined || condition(name, scope);
  });
  const ordered: string[] = [];
  const visit = (id: string, path: string[]): void => {
    if (ordered.includes(id)) {
      return;
    }
    if (path.includes(id)) {
      throw new Error(`Circular dependency between resources: [${[...path, id].join(', ')}]`);
    }
    const resource = resources[id];
    for (const other of resource ? dependencies(resource) : []) {
      if (other !== id && present.includes(other)) {
        visit(other, [...path, id]);
      }
    }
    ordered.push(id);
  };
  for (const id of present) {
    visit(id, []);
  }
  return ordered;
}

/** The names that a resource refers to: logical ids, but also parameters and pseudo parameters. */
export function dependencies(resource: TemplateResource): string[] {
  return [resource.DependsOn ?? [], references(resource.Properties ?? {})].flat();
}

function references(value: Json): string[] {
  if (Array.isArray(value)) {
    return value.flatMap(references);
  }
  if (value === null || typeof value !== 'object') {
    return [];
  }
  return Object.entries(value).flatMap(([key, argument]) => {
    if (key === 'Ref' && typeof argument === 'string') {
      return [argument];
    }
    if (key === 'Fn::GetAtt') {
      const first = Array.isArray(argument) ? argument[0] : argument;
      return typeof first === 'string' ? [first.split('.')[0] ?? ''] : [];
    }
    if (key === 'Fn::Sub') {
      const [template, variables] = Array.isArray(argument) ? argument : [argument];
      const names = String(template).matchAll(/\$\{([^!}][^}]*)\}/g);
      return [...[...names].map((match) => match[1]?.split('.')[0] ?? ''), ...references(variables ?? {})];
    }
    return references(argument);
  });
}
