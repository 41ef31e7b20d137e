import type { CallAs } from '@aws-sdk/client-cloudformation';
import type { Command, Option } from 'commander';
import { accountsFrom, numberFrom } from '../options.ts';
import { UsageError } from '../usage-error.ts';
import { runChange } from './run-change.ts';

/** What all changes have in common. */
export interface ChangeOptions {
  stackSet: string;
  callAs: CallAs;
  region: string;
  waves: string[];
  only?: string[];
  first?: string;
  tolerate: number;
  concurrent: number;
  pause: number;
  poll: number;
  dryRun?: boolean;
}

interface Shared {
  callAs: () => Option;
  region: () => Option;
}

/** Adds `update`, `rotate`, `suspend` and `resume`. */
export function addChangeCommands(program: Command, shared: Shared): void {
  const command = (name: string, description: string): Command =>
    program
      .command(name)
      .description(description)
      .requiredOption('--stack-set <name>', 'the stack set to change')
      .addOption(shared.callAs())
      .addOption(shared.region())
      .option('--waves <sizes>', 'accounts of each wave: a number, a share, or the rest', wavesFrom, [
        '1',
        '10%',
        'rest',
      ])
      .option('--first <account>', 'account of the first wave')
      .option('--only <accounts>', 'these accounts alone, as values of their own', accountsFrom)
      .option('--tolerate <percent>', 'failures of a wave that do not stop it', numberFrom(0, 100), 0)
      .option('--concurrent <percent>', 'accounts of a wave at a time', numberFrom(1, 100), 25)
      .option('--pause <minutes>', 'between two waves', numberFrom(0, 1440), 0)
      .option('--poll <milliseconds>', 'between two looks at an operation', numberFrom(10, 600_000), 10_000)
      .option('--dry-run', 'say what would be done, and do nothing');

  command('update', 'Changes the parameters that are given, and no others.')
    .argument('<Name=value...>', 'parameters of the template')
    .action(async (pairs: string[], options: ChangeOptions) => {
      const values = Object.fromEntries(pairs.map(pairFrom));
      process.exitCode = await runChange(options, () => values);
    });

  command('rotate', 'Replaces the access key of every account (or the console password).')
    .option('--password', 'the console password instead')
    .option('--serial <number>', 'the serial to end with, to go on after a stop', numberFrom(2, 999_999_999))
    .action(async (options: ChangeOptions & { password?: boolean; serial?: number }) => {
      const key = options.password ? 'PasswordSerial' : 'AccessKeySerial';
      const next = (now: number) => Math.max(now, options.serial ?? now + 1);
      process.exitCode = await runChange(options, (now) => ({ [key]: String(next(Number(now(key)))) }));
    });

  command('suspend', 'Locks Redis out of every account.').action(async (options: ChangeOptions) => {
    process.exitCode = await runChange(options, () => ({ Access: 'Suspended' }));
  });
  command('resume', 'Lets Redis in again.').action(async (options: ChangeOptions) => {
    process.exitCode = await runChange(options, () => ({ Access: 'Active' }));
  });
}

function pairFrom(pair: string): [string, string] {
  const end = pair.indexOf('=');
  if (end < 1) throw new UsageError(`"${pair}" is not Name=value.`);
  return [pair.slice(0, end), pair.slice(end + 1)];
}

function wavesFrom(text: string): string[] {
  const sizes = text.split(',').map((size) => size.trim());
  const right =
    sizes.every((size) => /^([1-9]\d*|[1-9]\d?%|100%|rest)$/.test(size)) && sizes.at(-1) === 'rest';
  if (!right) throw new UsageError(`"${text}" is not sizes such as 1,10%,rest: the last wave is the rest.`);
  return sizes;
}
