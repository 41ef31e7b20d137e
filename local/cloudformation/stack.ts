import type { ParameterValues } from './parameters.ts';
import type { JsonObject, Template } from './template.ts';

export interface StackEvent {
  timestamp: Date;
  /** The stack's name for events of the stack itself. */
  logicalResourceId: string;
  /** Empty while CloudFormation does not know it yet. */
  physicalResourceId: string;
  resourceType: string;
  resourceStatus: string;
  resourceStatusReason?: string;
}

export interface StackResource {
  logicalId: string;
  type: string;
  physicalId: string;
  /** As evaluated from the template; for a custom resource as it was sent, scalars as strings. */
  properties: JsonObject;
  /** What `Fn::GetAtt` gives. */
  attributes: Record<string, string>;
}

/** A stack as CloudFormation keeps it. */
export interface Stack {
  name: string;
  id: string;
  status: string;
  template: Template;
  parameters: ParameterValues;
  /** Properties of the custom resources that do not come from the template; `null` takes a property away. */
  properties: JsonObject;
  /** In the order of creation. */
  resources: Map<string, StackResource>;
  outputs: Record<string, string>;
}

/** `AWS::CloudFormation::CustomResource` and `Custom::…` are the resources behind which there is a function. */
export function isCustomResource(type: string): boolean {
  return type === 'AWS::CloudFormation::CustomResource' || type.startsWith('Custom::');
}
