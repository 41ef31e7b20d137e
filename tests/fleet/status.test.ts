import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inParallel } from '../../fleet/aws/parallel.ts';
import { type AccountStatus, unread } from '../../fleet/status/account-status.ts';
import { openStateFile } from '../../fleet/status/state-file.ts';
import { templateText } from '../package/template/template.ts';
import { type Served, serve } from './organization/server.ts';
import { idOf, makeOrganization } from './organization/state.ts';
import { runFleet } from './run-fleet.ts';

let served: Served;
let folder: string;
async function serveAccounts(count: number): Promise<void> {
  await served?.close();
  served = await serve(makeOrganization(count, templateText));
}
beforeEach(async () => {
  await serveAccounts(3);
  folder = mkdtempSync(join(tmpdir(), 'fleet-'));
});
afterEach(async () => {
  await served.close();
  rmSync(folder, { recursive: true });
});

const account = (number: number) =>
  served.organization.accounts.get(idOf(number)) ?? expect.fail('no such account');
const status = (...args: string[]) =>
  runFleet(['status', '--role', 'Auditor', '--state', join(folder, 'state'), ...args], served.env);
const ofSet = (...args: string[]) => status('--stack-set', 'rv-access-bundle', ...args);

const denied = [3, 14, 25, 36, 47, 58, 69];
const drifted = [5, 50, 95];
const suspended = [10, 90];
function prepare(): void {
  for (const number of denied) account(number).denied = true;
  for (const number of drifted) account(number).metrics.Drift = 2;
  for (const number of suspended) account(number).inForce.Access = 'Suspended';
}

describe('the status of a hundred accounts', () => {
  beforeEach(() => serveAccounts(100));

  test('shows exactly the seven that are denied, the three that drifted and the two that are suspended', async () => {
    prepare();
    const { code, stdout, stderr } = await ofSet('--format', 'json');
    expect(code).toBe(1);
    const { findings, accounts } = JSON.parse(stdout) as { findings: object; accounts: AccountStatus[] };
    expect(findings).toEqual({ denied: 7, drifted: 3, suspended: 2, ok: 88 });
    const numbersOf = (which: (one: AccountStatus) => boolean) =>
      accounts.flatMap((one, index) => (which(one) ? [index + 1] : []));
    expect(accounts.map(({ account: id }) => id)).toEqual(accounts.map((_, index) => idOf(index + 1)));
    expect(numbersOf(({ reading }) => reading === 'denied')).toEqual(denied);
    expect(numbersOf(({ drift }) => drift === 2)).toEqual(drifted);
    expect(numbersOf(({ access }) => access === 'Suspended')).toEqual(suspended);
    expect(stderr).toContain('100 of 100 accounts, 7 of them unread\n');
  });

  test('tells of an account all that its stack, its key and its last check say', async () => {
    account(2).outputs.Warnings = 'AccessKeySerial was lowered.';
    const { stdout } = await ofSet('--format', 'json');
    const [, second] = (JSON.parse(stdout) as { accounts: AccountStatus[] }).accounts;
    expect(second).toMatchObject({
      account: idOf(2),
      region: 'us-east-1',
      reading: 'read',
      instance: 'SUCCEEDED',
      stackStatus: 'CREATE_COMPLETE',
      access: 'Active',
      version: '1.0.0',
      policyEdition: '2026-02',
      keyAgeDays: 2,
      keyLastUsed: '2026-11-20T10:00:00.000Z',
      keyLastUsedService: 'ec2',
      cloudAccountId: '4002',
      registration: 'active',
      drift: 0,
      warnings: 'AccessKeySerial was lowered.',
      secretArn: expect.stringContaining(`:${idOf(2)}:secret:`),
    });
  });

  test('asks as many accounts at a time as it is told, and with no more rights than it needs', async () => {
    await ofSet('--parallel', '4');
    // Each account asks for its last use and its metrics side by side.
    expect(served.organization.mostAtOnce).toBeGreaterThan(3);
    expect(served.organization.mostAtOnce).toBeLessThanOrEqual(8);
    const assumed = served.organization.calls.find(({ action }) => action === 'AssumeRole');
    expect(JSON.parse((assumed as { input: { Policy: string } }).input.Policy).Statement[0].Action).toEqual([
      'cloudformation:DescribeStacks',
      'cloudwatch:GetMetricData',
      'iam:GetAccessKeyLastUsed',
    ]);
  });

  test('in a table has a line for each, and says what it could not learn', async () => {
    prepare();
    const { stdout } = await ofSet();
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^account +region +finding +stack +version/);
    expect(lines.filter((line) => /^\d{12} /.test(line))).toHaveLength(100);
    expect(lines[3]).toMatch(
      /^300000000003 +us-east-1 +denied .*is not authorized to perform: sts:AssumeRole/,
    );
    expect(stdout).toContain('100 accounts: 88 ok, 7 denied, 3 drifted, 2 suspended.');
  });

  test('as a page of HTML is written where it is told to be', async () => {
    prepare();
    const file = join(folder, 'fleet.html');
    const { stdout, stderr } = await ofSet('--format', 'html', '--output', file);
    expect(stdout).toBe('');
    expect(stderr).toContain(`100 accounts: 88 ok, 7 denied, 3 drifted, 2 suspended. Wrote ${file}.`);
    const page = readFileSync(file, 'utf8');
    expect(page.match(/<tr data-findings="/g)).toHaveLength(100);
    expect(page.match(/<tr data-findings="denied"/g)).toHaveLength(7);
  });

  test('as TSV has as many columns in every line', async () => {
    prepare();
    const { stdout } = await ofSet('--format', 'tsv');
    const widths = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t').length);
    expect(new Set(widths)).toEqual(new Set([14]));
    expect(widths).toHaveLength(101);
  });

  test('a run that is killed goes on where it was, and asks again only whom AWS had denied', async () => {
    account(1).denied = true;
    const args = [
      'status',
      '--role',
      'Auditor',
      '--state',
      join(folder, 'state'),
      '--stack-set',
      'rv-access-bundle',
    ];
    const killed = await runFleet([...args, '--parallel', '2'], served.env, (stderr, kill) => {
      if (stderr.includes('50 of 100')) kill();
    });
    expect(killed.code).toBe(null);
    writeFileSync(join(folder, 'state'), '{"at": 12, "sta', { flag: 'a' });
    account(1).denied = false;
    served.organization.calls.length = 0;
    const { stdout, stderr } = await ofSet();
    const asked = served.organization.calls.filter(({ action }) => action === 'AssumeRole').length;
    expect(stderr).toMatch(/^Goes on with an interrupted run that has asked \d+ accounts/);
    expect(asked).toBeLessThanOrEqual(51);
    expect(stdout).toContain('100 accounts: 100 ok.');
    expect(existsSync(join(folder, 'state'))).toBe(false);
  });
});

test('an account that has no stack, or one that failed, is told with its reason', async () => {
  Object.assign(account(1), { stackId: '', detailed: 'FAILED', reason: 'redislabs-user exists' });
  account(2).stackStatus = 'UPDATE_ROLLBACK_COMPLETE';
  const { code, stdout } = await ofSet();
  expect(code).toBe(0);
  expect(stdout).toMatch(/300000000001 +us-east-1 +no stack .*redislabs-user exists/);
  expect(stdout).toMatch(/300000000002 +us-east-1 +stack +UPDATE_ROLLBACK_COMPLETE/);
});

test('a key is old from its ninety-first day on', async () => {
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000 - 60_000).toISOString();
  account(1).outputs.AccessKeyCreated = daysAgo(90);
  account(2).outputs.AccessKeyCreated = daysAgo(91);
  const { stdout } = await ofSet('--format', 'tsv');
  expect(stdout).toMatch(/^300000000001\tus-east-1\tok\t.*\t90 d\t/m);
  expect(stdout).toMatch(/^300000000002\tus-east-1\told key\t.*\t91 d\t/m);
});

test('drift that no check told of within two days is unknown, and not none', async () => {
  account(1).metrics = {};
  const { stdout } = await ofSet('--format', 'json');
  expect(JSON.parse(stdout).accounts[0]).toMatchObject({ drift: null, registration: 'registered' });
});

test('what an account says of itself stays in its cell, whatever characters it has', async () => {
  account(1).outputs.Warnings = 'one\n300000000001 two\tthree \u001b[31mred\u009b2J';
  for (const format of ['table', 'tsv']) {
    const { stdout } = await ofSet('--format', format);
    expect(stdout).toMatch(/one 300000000001 two three {1,2}\[31mred ?2J/);
    expect(stdout.match(/^300000000001/gm)).toHaveLength(1);
  }
});

test('a page that cannot be written costs nothing but the writing: the next run goes on from what is known', async () => {
  const missing = join(folder, 'no such folder', 'fleet.tsv');
  const refused = await ofSet('--output', missing);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining(`Failed: ENOENT`) });
  served.organization.calls.length = 0;
  expect((await ofSet()).stdout).toContain('3 accounts: 3 ok.');
  expect(served.organization.calls.filter(({ action }) => action === 'AssumeRole')).toEqual([]);
});

test.each(['arn:aws:iam::300000000001:role/Auditor', 'Auditor ', ''])(
  'the role "%s", which is no name, is refused before anybody is asked',
  async (role) => {
    const ended = await ofSet('--role', role);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toBe(
      `"${role}" is not the name of a role (with its path, if it has one), as in Auditor or audit/Auditor.\n`,
    );
    expect(served.organization.calls).toEqual([]);
  },
);

test('an account that a file names twice is one account', async () => {
  const file = join(folder, 'accounts');
  writeFileSync(file, `${idOf(1)}\n${idOf(1)} us-east-1\n${idOf(2)}\n`);
  expect((await status('--accounts', file)).stdout).toContain('2 accounts: 2 ok.');
});

test('what an interrupted run has learnt counts for an hour, for the same question, and not if it is to count for nothing', async () => {
  const path = join(folder, 'state');
  const target = { account: idOf(1), region: 'us-east-1', stack: 'x', instance: '', reason: '' };
  const learnt = (minutesAgo: number) => {
    const entry = { at: Date.now() - minutesAgo * 60_000, status: unread(target, 'read', '') };
    writeFileSync(path, `{"asks":"this"}\n${JSON.stringify(entry)}\n`);
  };
  learnt(59);
  expect(openStateFile(path, 'this').known.size).toBe(1);
  expect(openStateFile(path, 'this').known.size).toBe(1);
  expect(openStateFile(path, 'this', true).known.size).toBe(0);
  learnt(59);
  expect(openStateFile(path, 'that').known.size).toBe(0);
  learnt(61);
  expect(openStateFile(path, 'this').known.size).toBe(0);
});

test('work in parallel is as much at a time as it is told, and all of it', async () => {
  const [done, sizes]: [number[], number[]] = [[], []];
  let underWay = 0;
  await inParallel(Array(20).keys(), 3, async (item) => {
    underWay += 1;
    sizes.push(underWay);
    await new Promise(setImmediate);
    underWay -= 1;
    done.push(item);
  });
  expect(done.toSorted((a, b) => a - b)).toEqual([...Array(20).keys()]);
  expect(Math.max(...sizes)).toBe(3);
});

test('a delegated administrator says so, and finds the stack set', async () => {
  served.organization.callAs = 'DELEGATED_ADMIN';
  const refused = await ofSet();
  expect(refused).toMatchObject({ code: 1, stderr: 'Failed: StackSet rv-access-bundle not found\n' });
  expect((await ofSet('--call-as', 'DELEGATED_ADMIN')).stdout).toContain('3 accounts: 3 ok.');
});

test('accounts of a file are read without any stack set', async () => {
  const file = join(folder, 'accounts');
  writeFileSync(
    file,
    `# ours\n${idOf(1)}\n${idOf(2)} us-east-1 rv-access-bundle\n\n${idOf(3)} us-east-1 other\n`,
  );
  const { stdout } = await status('--accounts', file, '--output', join(folder, 'out'), '--format', 'tsv');
  expect(stdout).toBe('');
  expect(readFileSync(join(folder, 'out'), 'utf8')).toMatch(
    /300000000003\tus-east-1\tno stack\t.*other does not exist/,
  );
  writeFileSync(file, '12345\n');
  expect(await status('--accounts', file)).toMatchObject({
    code: 2,
    stderr: `${file}, line 1: "12345" is not ACCOUNT [REGION [STACK]].\n`,
  });
});
