import {
  type CloudFormationClient,
  DescribeStackInstanceCommand,
  DescribeStackSetCommand,
  type Parameter,
  type StackInstanceSummary,
} from '@aws-sdk/client-cloudformation';
import { parseDocument } from 'yaml';
import { instancesOf, type StackSetName } from '../accounts/stack-set.ts';
import { inParallel } from '../aws/parallel.ts';
import { UsageError } from '../usage-error.ts';

/** A parameter as the template of a stack set declares it. */
export interface DeclaredParameter {
  Default?: string;
  AllowedValues?: string[];
  AllowedPattern?: string;
  ConstraintDescription?: string;
}

/** One stack of a stack set, with the parameters whose value is its own. */
export interface Instance {
  account: string;
  region: string;
  unit: string;
  status: string;
  overrides: Record<string, string>;
}

export interface StackSetState {
  name: StackSetName;
  serviceManaged: boolean;
  /** The roles of a self-managed stack set, which every update must name again. */
  roles: { AdministrationRoleARN?: string; ExecutionRoleName?: string };
  capabilities: string[];
  parameters: Record<string, string>;
  declared: Record<string, DeclaredParameter>;
  instances: Instance[];
}

/** Reads a stack set, its template and all of its instances. */
export async function readStackSet(
  client: CloudFormationClient,
  name: StackSetName,
  parallel: number,
): Promise<StackSetState> {
  const { StackSet: set } = await client.send(new DescribeStackSetCommand(name));
  if (set?.Status !== 'ACTIVE') throw new UsageError(`The stack set ${name.StackSetName} is not active.`);
  const serviceManaged = set.PermissionModel === 'SERVICE_MANAGED';
  const { AdministrationRoleARN, ExecutionRoleName } = set;
  return {
    name,
    serviceManaged,
    roles: serviceManaged
      ? {}
      : {
          ...(AdministrationRoleARN && { AdministrationRoleARN }),
          ...(ExecutionRoleName && { ExecutionRoleName }),
        },
    capabilities: set.Capabilities ?? [],
    parameters: valuesOf(set.Parameters),
    declared: declaredIn(set.TemplateBody ?? ''),
    instances: await withOverrides(client, name, await instancesOf(client, name), parallel),
  };
}

/** Only the description of each instance tells which parameters have a value of their own there. */
async function withOverrides(
  client: CloudFormationClient,
  name: StackSetName,
  summaries: StackInstanceSummary[],
  parallel: number,
): Promise<Instance[]> {
  const instances: Instance[] = [];
  await inParallel(summaries.entries(), parallel, async ([index, summary]) => {
    const { Account: account = '', Region: region = '', OrganizationalUnitId: unit = '' } = summary;
    const { StackInstance } = await client.send(
      new DescribeStackInstanceCommand({
        ...name,
        StackInstanceAccount: account,
        StackInstanceRegion: region,
      }),
    );
    const status = summary.StackInstanceStatus?.DetailedStatus ?? summary.Status ?? '';
    const overrides = valuesOf(StackInstance?.ParameterOverrides);
    instances[index] = { account, region, unit, status, overrides };
  });
  return instances;
}

function valuesOf(parameters: Parameter[] = []): Record<string, string> {
  return Object.fromEntries(
    parameters.map(({ ParameterKey = '', ParameterValue = '' }) => [ParameterKey, ParameterValue]),
  );
}

/** Templates are YAML, JSON among it; CloudFormation's tags do not matter here. */
function declaredIn(template: string): Record<string, DeclaredParameter> {
  const parsed = parseDocument(template, { logLevel: 'silent' }).toJS() as {
    Parameters?: Record<string, DeclaredParameter>;
  } | null;
  return parsed?.Parameters ?? {};
}
