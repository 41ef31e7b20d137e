import { evaluate, type Scope, scalarsToStrings } from './intrinsics.ts';
import { parameterReference } from './parameters.ts';
import { partitionOf } from './partition.ts';
import { isCustomResource, type Stack } from './stack.ts';
import type { JsonObject } from './template.ts';

/** What the intrinsic functions of a stack's template see: parameters, pseudo parameters, and what exists by now. */
export function scopeOf(stack: Stack): Scope {
  const [, , , region = '', accountId = ''] = stack.id.split(':');
  const { partition, urlSuffix } = partitionOf(region);
  const pseudo: Record<string, string> = {
    'AWS::AccountId': accountId,
    'AWS::Partition': partition,
    'AWS::Region': region,
    'AWS::StackId': stack.id,
    'AWS::StackName': stack.name,
    'AWS::URLSuffix': urlSuffix,
  };
  return {
    template: stack.template,
    ref: (name) => {
      const parameter = stack.template.Parameters?.[name];
      if (parameter) {
        return parameterReference(parameter, stack.parameters[name] ?? '');
      }
      return pseudo[name] ?? stack.resources.get(name)?.physicalId;
    },
    attribute: (logicalId, name) => {
      const resource = stack.resources.get(logicalId);
      const value = resource?.attributes[name];
      if (resource && value === undefined && isCustomResource(resource.type)) {
        throw new Error(
          `CustomResource attribute error: Vendor response doesn't contain ${name} attribute in object ${logicalId}`,
        );
      }
      if (value === undefined) {
        throw new Error(
          `Template error: resource ${logicalId} does not support attribute type ${name} in Fn::GetAtt`,
        );
      }
      return value;
    },
  };
}

/** A resource's properties as the stack's template gives them now; those of a custom resource all as strings. */
export function desiredProperties(stack: Stack, logicalId: string): JsonObject {
  const resource = stack.template.Resources[logicalId];
  const properties = (evaluate(resource?.Properties ?? {}, scopeOf(stack)) ?? {}) as JsonObject;
  if (!isCustomResource(resource?.Type ?? '')) {
    return properties;
  }
  const merged = Object.entries({ ...properties, ...stack.properties }).filter(([, value]) => value !== null);
  return scalarsToStrings(Object.fromEntries(merged)) as JsonObject;
}

/** The outputs whose conditions hold. @throws Error if an attribute is missing in a custom resource's answer. */
export function evaluateOutputs(stack: Stack): Record<string, string> {
  const scope = scopeOf(stack);
  const outputs = Object.entries(stack.template.Outputs ?? {}).filter(
    ([, output]) =>
      output.Condition === undefined || evaluate({ Condition: output.Condition }, scope) === true,
  );
  return Object.fromEntries(
    outputs.map(([name, output]) => [name, String(evaluate(output.Value, scope) ?? '')]),
  );
}
