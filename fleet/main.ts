/** `npm run fleet`: how the bundles of many accounts stand, and changes of all of them wave by wave. */
import { Command, Option } from 'commander';
import { messageOf } from './aws/errors.ts';
import { addChangeCommands } from './commands/change.ts';
import { runStatus, type StatusOptions } from './commands/status.ts';
import { numberFrom, roleFrom } from './options.ts';
import { UsageError } from './usage-error.ts';

const program = new Command('fleet')
  .description('RV access bundles of many accounts: how they stand, and changes wave by wave.')
  .showHelpAfterError('(--help says what there is)')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

program
  .command('status')
  .description('One line for each account: stack, version, key, registration, drift, warnings, secret.')
  .option('--stack-set <name>', 'all instances of this stack set')
  .option('--accounts <file>', 'instead: a file with ACCOUNT [REGION [STACK]] on each line')
  .option('--stack <name>', 'with --accounts: name of the stack where the file has none', 'rv-access-bundle')
  .requiredOption('--role <name>', 'role in each account that may read there', roleFrom)
  .addOption(callAs())
  .addOption(region())
  .addOption(
    new Option('--format <format>', 'how it is told')
      .choices(['table', 'tsv', 'json', 'html'])
      .default('table'),
  )
  .option('--output <file>', 'write it there instead of to the standard output')
  .option('--parallel <number>', 'accounts at a time', numberFrom(1, 100), 16)
  .option('--state <file>', 'where an interrupted run is kept, to go on from')
  .option('--anew', 'ask all accounts again, whatever an interrupted run has learnt')
  .action(async (options: StatusOptions) => {
    process.exitCode = await runStatus(options);
  });

addChangeCommands(program, { callAs, region });

function callAs(): Option {
  return new Option('--call-as <who>', 'in whose name the stack set is asked')
    .choices(['SELF', 'DELEGATED_ADMIN'])
    .default('SELF');
}

function region(): Option {
  return new Option('--region <region>', 'Region of the stack set, and of accounts without one')
    .env('AWS_REGION')
    .default('us-east-1');
}

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof UsageError ? error.message : `Failed: ${messageOf(error)}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
