/**
 * Has the deployed function check its bundle, as its daily rule does, and shows what it finds: `npm run check-account --
 * --stack-name NAME`. Ends with 1 if there are findings, with 2 if the check could not be made.
 */
import { parseArgs } from 'node:util';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { checkAccount, shown } from './check-account/check.ts';

const usage = `Usage: npm run check-account -- --stack-name NAME [options]

  --stack-name NAME   the stack of RV Access Bundle, in the Region and with the credentials
                      that the AWS CLI would use (AWS_REGION, AWS_PROFILE)
  --resource ID       logical id of the bundle in that stack (default Bundle)
  --repair            set right what an update of the stack would, whatever DailyCheck says
  --report            report only, whatever DailyCheck says
  --help              show this

The exit code is 0 if nothing differs, 1 if something does, 2 if that could not be found out.
`;

try {
  const { values } = parseArgs({
    options: {
      'stack-name': { type: 'string' },
      resource: { type: 'string', default: 'Bundle' },
      repair: { type: 'boolean' },
      report: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) process.stdout.write(usage);
  else if (!values['stack-name']) throw new Error(`--stack-name is missing.\n\n${usage}`);
  else {
    // A check that registers at Redis Cloud waits for it, up to the function's own time-out.
    const requestHandler = { requestTimeout: 905_000 };
    const answer = await checkAccount(
      {
        cloudFormation: new CloudFormationClient({}),
        lambda: new LambdaClient({ requestHandler, maxAttempts: 1 }),
      },
      {
        stackName: values['stack-name'],
        logicalResourceId: values.resource,
        mode: values.repair ? 'Repair' : values.report ? 'Report' : undefined,
      },
    );
    console.log(shown(answer));
    process.exitCode = answer.drift.length > 0 ? 1 : 0;
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}
