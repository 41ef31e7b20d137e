import { createInterface } from 'node:readline';
import type { LocalCloudFormation } from '../cloudformation/local-cloudformation.ts';
import type { OperationResult } from '../cloudformation/operation-result.ts';
import { ValidationError } from '../cloudformation/validation-error.ts';
import { eventHead } from './event-table.ts';
import { readParameters, UsageError } from './options.ts';
import { stackName } from './show.ts';

/** What a person can type, and what the AWS CLI can do beside it. */
export const byHand = `It answers for IAM, STS, Secrets Manager (rotate-secret too), DynamoDB and S3, and
for Lambda's invoke of the stack's function; permissions are not evaluated.
\`aws cloudformation\` sees no stack here, and changes none. Type here instead:

update NAME=VALUE …   update the stack; parameters not named keep their values
delete                delete the stack
create NAME=VALUE …   create it again
`;

/**
 * Carries out what is typed, one line after the other, until there are no more lines.
 *
 * @param known the names of the template's parameters
 */
export async function obey(
  cloudFormation: LocalCloudFormation,
  known: string[],
  print: (line?: string) => void,
): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const [command = '', ...pairs] = line.trim().split(/\s+/);
    if (command === '') continue;
    try {
      const parameters = readParameters(pairs, known);
      const operations: Record<string, () => Promise<OperationResult>> = {
        update: () => cloudFormation.updateStack(stackName, { parameters }),
        delete: () => cloudFormation.deleteStack(stackName),
        create: () => cloudFormation.createStack({ stackName, parameters }),
      };
      const run = operations[command];
      if (!run) throw new UsageError(`There is no command "${command}".\n\n${byHand}`);
      print(eventHead());
      const { status, outputs } = await run();
      if (outputs.Warnings) print(`\n  Warnings: ${outputs.Warnings}`);
      print(`\n  The stack is in ${status}.\n`);
    } catch (error) {
      if (!(error instanceof UsageError || error instanceof ValidationError)) throw error;
      print(error.message);
    }
  }
}
