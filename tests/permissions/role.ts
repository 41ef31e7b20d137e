import { fileURLToPath } from 'node:url';
import { evaluate } from '../../local/cloudformation/intrinsics.ts';
import { resolveParameters } from '../../local/cloudformation/parameters.ts';
import type { Stack, StackResource } from '../../local/cloudformation/stack.ts';
import { scopeOf } from '../../local/cloudformation/stack-scope.ts';
import { loadTemplate } from '../../local/cloudformation/template.ts';

const template = fileURLToPath(new URL('../../template.yaml', import.meta.url));

export const accountId = '123456789012';
export const stackId = `arn:aws:cloudformation:us-east-1:${accountId}:stack/redis-access/4f6a1b20-0c3d-11f1-9a5e-0affd5d7e3c1`;

export interface Statement {
  Sid: string;
  Effect: 'Allow' | 'Deny';
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

export interface PolicyDocument {
  Version: string;
  Statement: Statement[];
}

export interface InlinePolicy {
  PolicyName: string;
  PolicyDocument: PolicyDocument;
}

/** The name of a stack's table. */
export function ledgerOf(id: string): string {
  return `${id.split('/')[1]}-Ledger-X1Y2Z3A4B5C6D`;
}

function ledger(physicalId: string): StackResource {
  return { logicalId: 'Ledger', type: 'AWS::DynamoDB::Table', physicalId, properties: {}, attributes: {} };
}

/** The inline policies of the function's role, as CloudFormation would make them of the template and the parameters. */
export async function rolePolicies(
  given: Record<string, string> = {},
  id = stackId,
): Promise<InlinePolicy[]> {
  const [, , , region = '', , resource = ''] = id.split(':');
  const plain = await loadTemplate(template, region);
  const name = resource.split('/')[1] ?? '';
  const stack: Stack = {
    name,
    id,
    status: 'CREATE_IN_PROGRESS',
    template: plain,
    parameters: resolveParameters(plain, given),
    properties: {},
    // The one resource that the policies name, with the kind of name that CloudFormation makes up.
    resources: new Map([['Ledger', ledger(ledgerOf(id))]]),
    outputs: {},
  };
  return evaluate(
    plain.Resources.BundleFunctionRole?.Properties?.Policies ?? [],
    scopeOf(stack),
  ) as unknown as InlinePolicy[];
}
