import { writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { CallAs } from '@aws-sdk/client-cloudformation';
import { targetsOfFile } from '../accounts/file.ts';
import { instancesOf, targetOf } from '../accounts/stack-set.ts';
import type { Target } from '../accounts/target.ts';
import { callerOf } from '../aws/assume-role.ts';
import { type Clients, clientFactory } from '../aws/clients.ts';
import { html } from '../output/html.ts';
import { json, summary, table, tsv } from '../output/text.ts';
import { progress } from '../progress.ts';
import type { AccountStatus } from '../status/account-status.ts';
import { collect } from '../status/collect.ts';
import { readAccount } from '../status/read-account.ts';
import { openStateFile, type StateFile } from '../status/state-file.ts';
import { UsageError } from '../usage-error.ts';

export interface StatusOptions {
  stackSet?: string;
  accounts?: string;
  stack: string;
  role: string;
  callAs: CallAs;
  region: string;
  format: 'table' | 'tsv' | 'json' | 'html';
  output?: string;
  parallel: number;
  state?: string;
  anew?: boolean;
}

/** Says how all accounts stand; resolves to the exit code: 1 if an account could not be read. */
export async function runStatus(options: StatusOptions): Promise<number> {
  const what = options.stackSet ?? options.accounts;
  if (!what || (options.stackSet && options.accounts))
    throw new UsageError('Give either --stack-set NAME or --accounts FILE.');
  const clientsFor = clientFactory(options.parallel);
  const home = clientsFor(options.region);
  const [caller, targets] = await Promise.all([callerOf(home.sts), targetsOf(options, home)]);
  const state = openState(options, caller.accountId);
  const statuses = await askAll(targets, options.parallel, state, (target) =>
    readAccount(target, { role: options.role, caller, home, clientsFor }),
  );
  write(options, statuses, `RV access bundles of ${what}`);
  // Not before: what could not be written need not be asked for again.
  state.end();
  return statuses.some(({ reading }) => reading === 'denied' || reading === 'failed') ? 1 : 0;
}

async function targetsOf(options: StatusOptions, home: Clients): Promise<Target[]> {
  if (options.accounts) return targetsOfFile(options.accounts, options.region, options.stack);
  const name = { StackSetName: options.stackSet ?? '', CallAs: options.callAs };
  return (await instancesOf(home.cloudFormation, name)).map(targetOf);
}

function openState({ state, stackSet, accounts, role, anew }: StatusOptions, caller: string): StateFile {
  const asks = JSON.stringify([caller, stackSet ?? resolve(accounts ?? ''), role]);
  const folder = process.env.XDG_STATE_HOME ?? join(homedir(), '.local/state');
  const name = (stackSet ?? accounts ?? '').replace(/[^\w.-]+/g, '-');
  const path = state ?? join(folder, 'rv-access-bundle', `fleet-${caller}-${name}.jsonl`);
  return openStateFile(path, asks, anew);
}

async function askAll(
  targets: Target[],
  parallel: number,
  state: StateFile,
  read: (target: Target) => Promise<AccountStatus>,
): Promise<AccountStatus[]> {
  if (state.known.size > 0)
    console.error(
      `Goes on with an interrupted run that has asked ${state.known.size} accounts (--anew does not).`,
    );
  const { tell, end } = progress(targets.length, process.stderr);
  let unread = 0;
  const statuses = await collect(targets, { parallel, state }, read, (done, { reading }) => {
    if (reading === 'denied' || reading === 'failed') unread += 1;
    tell(done, unread > 0 ? `, ${unread} of them unread` : '');
  });
  end();
  return statuses;
}

function write({ format, output }: StatusOptions, statuses: AccountStatus[], title: string): void {
  const formats = { table, tsv, json, html: () => html(statuses, title) };
  const text = formats[format](statuses);
  if (!output) process.stdout.write(text);
  else {
    writeFileSync(output, text);
    console.error(`${summary(statuses)} Wrote ${output}.`);
  }
}
