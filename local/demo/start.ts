/** `npm start`: the life of an RV access bundle, on an AWS that runs on this machine. */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type LocalAws, startLocalAws } from '../aws.ts';
import { LocalCloudFormation } from '../cloudformation/local-cloudformation.ts';
import { loadTemplate } from '../cloudformation/template.ts';
import { ensureBuilt } from './build.ts';
import { byHand, obey } from './by-hand.ts';
import { collectClaims } from './claims.ts';
import { clientsOf } from './clients.ts';
import { eventRow } from './event-table.ts';
import { inventory } from './inventory.ts';
import { readOptions, type StartOptions, UsageError, usage } from './options.ts';
import { startRedisCloud } from './redis-cloud.ts';
import type { Show } from './show.ts';
import { type Stage, summarise, tell } from './story.ts';

async function start(options: StartOptions, known: string[]): Promise<boolean> {
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
      await keepRunning(aws, region, () => obey(cloudFormation, known, print));
    }
    return holds;
  } finally {
    await cloudFormation.close();
    await redis.close();
    await aws.stop();
  }
}

/** Waits for Ctrl-C, after telling how the AWS CLI finds this AWS, and meanwhile does what a person types. */
async function keepRunning(aws: LocalAws, region: string, work: () => Promise<void>): Promise<void> {
  console.log('\nThe local AWS goes on until Ctrl-C. For the AWS CLI in another terminal:\n');
  for (const [name, value] of Object.entries(aws.env(region))) {
    console.log(`export ${name}=${value}`);
  }
  console.log(`\naws iam list-users\naws secretsmanager list-secrets\n\n${byHand}`);
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await Promise.race([stopped, work().then(() => stopped)]);
  process.stdin.destroy();
  console.log('Stopped.');
}

try {
  const template = await loadTemplate(
    fileURLToPath(new URL('../../template.yaml', import.meta.url)),
    'us-east-1',
  );
  const known = Object.keys(template.Parameters ?? {});
  const options = readOptions(process.argv.slice(2), known);
  if (options.help) {
    console.log(usage);
  } else {
    process.exitCode = (await start(options, known)) ? 0 : 1;
  }
} catch (error) {
  if (!(error instanceof UsageError)) {
    throw error;
  }
  console.error(`${error.message}\nRun \`npm start -- --help\` for all options.`);
  process.exitCode = 2;
}
