import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { InvokeCommand } from '@aws-sdk/client-lambda';

/** What a check of the function answers. */
export interface CheckAnswer {
  state: 'gone' | 'working' | 'suspended' | 'checked';
  drift: { resource: string; name: string; difference: string }[];
  metrics: Record<string, number>;
  repair?: string;
}

export interface Target {
  stackName: string;
  logicalResourceId: string;
  mode?: 'Report' | 'Repair' | undefined;
}

/** An SDK client, as far as it is needed. */
interface Sends<Command, Output> {
  send(command: Command): Promise<Output>;
}

/** What is asked of AWS: where the stack is, and its function for a check. */
export interface Clients {
  cloudFormation: Sends<
    DescribeStacksCommand,
    {
      Stacks?:
        | {
            StackId?: string | undefined;
            Outputs?: { OutputKey?: string | undefined; OutputValue?: string | undefined }[] | undefined;
          }[]
        | undefined;
    }
  >;
  lambda: Sends<InvokeCommand, { FunctionError?: string | undefined; Payload?: Uint8Array | undefined }>;
}

/**
 * Has the deployed function check its bundle, as the daily rule does.
 *
 * @throws Error if the stack or its function is not there, or if the function fails
 */
export async function checkAccount(
  { cloudFormation, lambda }: Clients,
  { stackName, logicalResourceId, mode }: Target,
): Promise<CheckAnswer> {
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stackName }));
  const { StackId: stackId, Outputs = [] } = Stacks?.[0] ?? {};
  const FunctionName = Outputs.find(({ OutputKey }) => OutputKey === 'ServiceToken')?.OutputValue;
  if (!stackId || !FunctionName)
    throw new Error(`The stack "${stackName}" has no output ServiceToken: it is none of RV Access Bundle.`);
  const event = { source: 'rv-access.check', stackId, logicalResourceId, ...(mode && { mode }) };
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)) }),
  );
  const answer = JSON.parse(Buffer.from(Payload ?? []).toString() || '{}');
  if (FunctionError) throw new Error(`The function failed: ${answer.errorMessage ?? FunctionError}`);
  return answer;
}

const STATES = {
  gone: 'There is no bundle.',
  working: 'A request is working on the bundle: try again when it is done.',
  suspended: 'Access is suspended; nothing was compared.',
  checked: 'Nothing differs from what the stack says.',
};

/** The answer as lines to read. */
export function shown({ state, drift, metrics, repair }: CheckAnswer): string {
  const width = (column: (finding: (typeof drift)[number]) => string) =>
    Math.max(...drift.map((finding) => column(finding).length));
  const [first, second] = [width(({ resource }) => resource), width(({ name }) => name)];
  const findings = drift.map(({ resource, name, difference }) =>
    [resource.padEnd(first), name.padEnd(second), difference].join('  '),
  );
  const measured = Object.entries(metrics).map(([name, value]) => `${name} ${value}`);
  return [
    ...(findings.length > 0 ? findings : [STATES[state]]),
    ...(repair ? [repair] : []),
    measured.join(', '),
  ]
    .filter(Boolean)
    .join('\n');
}
