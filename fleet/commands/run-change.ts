import { clientFactory } from '../aws/clients.ts';
import { checkValues } from '../change/check-values.ts';
import { counted, describePlan } from '../change/describe.ts';
import { makePlan, type Operation, type Plan, type Wanted } from '../change/plan.ts';
import { type Failure, runOperation } from '../change/run-operation.ts';
import { readStackSet, type StackSetState } from '../change/stack-set.ts';
import { UsageError } from '../usage-error.ts';
import type { ChangeOptions } from './change.ts';

/** New values, of the values that are there. */
type NewValues = (now: (key: string) => string) => Record<string, string>;

/** Instances whose parameters are read at a time. CloudFormation answers few such calls a second, and is asked again. */
const PARALLEL = 4;

/** Plans a change, says what it is, and carries it out wave by wave; resolves to the exit code. */
export async function runChange(options: ChangeOptions, newValues: NewValues): Promise<number> {
  const { cloudFormation } = clientFactory(PARALLEL)(options.region);
  const name = { StackSetName: options.stackSet, CallAs: options.callAs };
  const set = await readStackSet(cloudFormation, name, PARALLEL);
  const values: Wanted['values'] = (own) =>
    newValues((key) => own[key] ?? set.parameters[key] ?? set.declared[key]?.Default ?? '');
  checkValues(set, values({}));
  checkAccounts(set, [...(options.only ?? []), ...(options.first ? [options.first] : [])]);
  const plan = makePlan(set, {
    values,
    sizes: options.waves,
    only: options.only ?? [],
    first: options.first ?? '',
  });
  if (plan.waves.length === 0) throw new UsageError('The stack set has no stack that could be changed.');
  console.log(describePlan(set, plan, values({}), options.only !== undefined));
  if (options.dryRun) {
    console.log('Nothing was changed (--dry-run).');
    return 0;
  }
  return carryOut(plan, options, (operation, wave) =>
    runOperation(cloudFormation, set, operation, {
      tolerate: options.tolerate,
      concurrent: options.concurrent,
      pauseMs: options.poll,
      tell: (id) => console.error(`${wave}: operation ${id} …`),
    }),
  );
}

async function carryOut(
  { waves }: Plan,
  { pause, tolerate, only }: ChangeOptions,
  run: (operation: Operation, wave: string) => ReturnType<typeof runOperation>,
): Promise<number> {
  let code = 0;
  for (const [index, { instances, operations }] of waves.entries()) {
    if (index > 0 && pause > 0) {
      console.error(`Wave ${index + 1} comes in ${pause} minutes. Ctrl-C leaves the others as they are.`);
      await new Promise((resolve) => setTimeout(resolve, pause * 60_000));
    }
    const wave = `Wave ${index + 1} of ${waves.length}, ${counted(instances.length)}`;
    const failures: Failure[] = [];
    let stopped = false;
    for (const operation of operations) {
      const result = await run(operation, wave);
      failures.push(...result.failures);
      stopped ||= result.status !== 'SUCCEEDED';
      if (stopped) break;
    }
    const failed = failures.filter(({ status }) => status === 'FAILED');
    if (failed.length > 0) code = 1;
    const done = failed.length > 0 ? `done, but for ${counted(failed.length)}` : 'done';
    console.log(`${wave}: ${stopped ? 'stopped' : done}.`);
    for (const { account, status, reason } of failed) console.log(`  ${account} ${status} ${reason}`);
    const unreached = failures.length - failed.length;
    if (unreached > 0) console.log(`  ${counted(unreached)} of this wave CANCELLED: not reached.`);
    const left = waves.slice(index + 1).flatMap((wave) => wave.instances);
    if (stopped || failed.length * 100 > tolerate * instances.length) {
      if (left.length > 0) console.log(`${counted(left.length)} of later waves were not touched.`);
      if (!only)
        console.log(
          'The stack set has the new values: the next change brings them to whoever is left, unless it sets the old ones again.',
        );
      return 1;
    }
  }
  return code;
}

function checkAccounts({ instances }: StackSetState, accounts: string[]): void {
  const missing = accounts.filter((id) => !instances.some(({ account }) => account === id));
  if (missing.length > 0) throw new UsageError(`The stack set has no stack in ${missing.join(', ')}.`);
}
