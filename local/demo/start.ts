/** `npm start`: the life of an RV access bundle, on an AWS that runs on this machine. */
import { once } from 'node:events';
import { type LocalAws, startLocalAws } from '../aws.ts';
import { LocalCloudFormation } from '../cloudformation/local-cloudformation.ts';
import { ensureBuilt } from './build.ts';
import { collectClaims } from './claims.ts';
import { clientsOf } from './clients.ts';
import { eventRow } from './event-table.ts';
import { inventory } from './inventory.ts';
import { readOptions, type StartOptions, UsageError, usage } from './options.ts';
import { startRedisCloud } from './redis-cloud.ts';
import type { Show } from './show.ts';
import { type Stage, summarise, tell } from './story.ts';

async function start(options: StartOptions): Promise<boolean> {
  if (await ensureBuilt()) {
    console.log('Built the function: dist/index.js');
  }
  const aws = await startLocalAws({ serviceControlPolicies: options.serviceControlPolicies });
  const stage: Stage = { step: 'create', silent: false };
  let last = '';
  const print = (line = ''): void => {
    if (!stage.silent && (line !== '' || last !== '')) {
      console.log(line);
      last = line;
    }
  };
  const { region, parameters, steps } = options;
  const clients = clientsOf(aws, region);
  const redis = await startRedisCloud(clients, print);
  const cloudFormation = new LocalCloudFormation({
    aws,
    region,
    environment: redis.environment,
    onStackEvent: (event) => print(eventRow(event)),
  });
  try {
    print(`A local AWS answers at ${aws.endpoint}: account ${aws.accountId}, Region ${region}.`);
    const claims = collectClaims(print, () => stage.step);
    const before = await inventory(clients);
    const show: Show = {
      aws,
      cloudFormation,
      clients,
      redis: redis.standIn,
      claims,
      parameters,
      before,
      print,
    };
    await tell(show, stage, steps);
    const holds = summarise(show, steps);
    if (options.keep) {
      await keepRunning(aws, region);
    }
    return holds;
  } finally {
    await cloudFormation.close();
    await redis.close();
    await aws.stop();
  }
}

/** Waits for Ctrl-C, after telling how the AWS CLI finds this AWS. */
async function keepRunning(aws: LocalAws, region: string): Promise<void> {
  console.log('\nThe local AWS goes on until Ctrl-C. For the AWS CLI in another terminal:\n');
  for (const [name, value] of Object.entries(aws.env(region))) {
    console.log(`export ${name}=${value}`);
  }
  console.log('\naws iam list-users\naws secretsmanager list-secrets\n');
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  console.log('Stopped.');
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(usage);
  } else {
    process.exitCode = (await start(options)) ? 0 : 1;
  }
} catch (error) {
  if (!(error instanceof UsageError)) {
    throw error;
  }
  console.error(`${error.message}\nRun \`npm start -- --help\` for all options.`);
  process.exitCode = 2;
}
