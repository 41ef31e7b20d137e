import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { complaintsAbout } from './cloudformation-model.ts';

const examples = fileURLToPath(new URL('../../../examples/stackset/', import.meta.url));

/**
 * Stands for the AWS CLI: writes down what it is asked, and answers what the accounts of the test would. It is asked some
 * hundred times, so it is no program for Node.js, which would need longer to start than for all the rest.
 */
const cli = String.raw`#!/usr/bin/env bash
operation=$2
{
  printf '%s\0' "$AWS_ACCESS_KEY_ID" "$@"
  printf '\n'
} >>"$CALLS"
fail() {
  echo "An error occurred ($1)" >&2
  exit 254
}
answer() {
  [ -z "$1" ] || printf '%s\n' "$1"
}
if [ "$operation" = describe-stack-set ] && [ -z "$EXISTS" ]; then fail StackSetNotFoundException; fi
if [ -n "$DENIED" ] && [[ "$*" == *"::$DENIED:role"* ]]; then fail AccessDenied; fi
stack=arn:aws:cloudformation:us-east-1
case $operation in
  create-stack-instances) answer operation-1 ;;
  update-stack-set) answer operation-2 ;;
  describe-stack-set-operation) answer SUCCEEDED ;;
  describe-stack-set)
    if [[ " $* " == *' StackSet.Status '* ]]; then answer ACTIVE; else answer $'UserName\tTags\tAccessKeySerial'; fi ;;
  get-bucket-location) answer "${'$'}{BUCKET_REGION-eu-west-1}" ;;
  list-stack-instances)
    if [[ "$*" == *StackId* ]]; then
      answer "111111111111"$'\t'"us-east-1"$'\t'"$stack:111111111111:stack/StackSet-a/1"
      answer "222222222222"$'\t'"us-east-1"$'\t'"$stack:222222222222:stack/StackSet-a/2"
    else
      answer "$INSTANCES"
    fi ;;
  get-caller-identity) answer arn:aws-us-gov:sts::999999999999:assumed-role/a/b ;;
  assume-role)
    while [ "$1" != --role-arn ]; do shift; done
    answer "key-of-$2"$'\tsecret\ttoken' ;;
  describe-stacks)
    answer $'UserArn\tu\nSecretArn\tarn of '"$AWS_ACCESS_KEY_ID"$'\nWarnings\t' ;;
esac
`;

/** What it was asked, in order. */
function callsIn(text: string): Call[] {
  return text
    .split('\0\n')
    .slice(0, -1)
    .map((line) => {
      const [key = '', ...words] = line.split('\0');
      return key === '' ? { words } : { words, key };
    });
}

const good = '111111111111\tus-east-1\tSUCCEEDED\t-';
const bad = '222222222222\tus-east-1\tFAILED\tResourceLogicalId:Bundle, …';

let folder: string;
let template: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stackset-'));
  template = join(folder, 'rv-access-bundle.yaml');
  writeFileSync(template, 'Resources: {}\n');
  writeFileSync(join(folder, 'aws'), cli);
  chmodSync(join(folder, 'aws'), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(script: string, env: Record<string, string>, args: string[] = []) {
  const calls = join(folder, 'calls');
  writeFileSync(calls, '');
  const PATH = [folder, dirname(process.execPath), process.env.PATH].join(delimiter);
  const { status, stdout, stderr } = spawnSync('bash', [join(examples, script), ...args], {
    encoding: 'utf8',
    env: { PATH, CALLS: calls, INSTANCES: good, PAUSE: '0', BUCKET: 'templates', TEMPLATE: template, ...env },
    timeout: 30_000,
  });
  return { status, stdout, stderr, calls: callsIn(readFileSync(calls, 'utf8')) };
}

interface Call {
  words: string[];
  key?: string;
}

const runs: [string, string, Record<string, string>, string[]][] = [
  ['service-managed', 'service-managed.sh', { OU_IDS: 'ou-ab12-1 ou-ab12-2', REGION: 'us-east-1' }, []],
  [
    'service-managed, by a delegated administrator',
    'service-managed.sh',
    { OU_IDS: 'ou-ab12-1', REGION: 'us-east-1', CALL_AS: 'DELEGATED_ADMIN' },
    ['Tags=Team=data,Cost=42', 'ConsoleAccess=Role'],
  ],
  ['self-managed', 'self-managed.sh', { ACCOUNTS: '111111111111 222222222222', REGION: 'us-east-1' }, []],
  [
    'self-managed, with a role of that name',
    'self-managed.sh',
    {
      ACCOUNTS: '111111111111',
      REGION: 'us-east-1',
      ADMINISTRATION_ROLE_ARN: 'arn:aws:iam::999999999999:role/Administration',
    },
    ['Tags=Team=data'],
  ],
  [
    'service-managed, once more',
    'service-managed.sh',
    { OU_IDS: 'ou-ab12-1', REGION: 'us-east-1', EXISTS: 'yes' },
    [],
  ],
  ['a rotation', 'update.sh', { EXISTS: 'yes', BUCKET: '' }, ['AccessKeySerial=2']],
  [
    'an upgrade of a self-managed one',
    'update.sh',
    {
      EXISTS: 'yes',
      ADMINISTRATION_ROLE_ARN: 'arn:aws:iam::999999999999:role/Administration',
      EXECUTION_ROLE_NAME: 'Execution',
    },
    [],
  ],
  ['the report', 'report.sh', {}, []],
  ['the outputs', 'outputs.sh', { ROLE_NAME: 'Reader' }, []],
];

describe.each(runs)('%s', (_title, script, env, args) => {
  test('asks only for what CloudFormation knows', () => {
    const { status, stderr, calls } = run(script, env, args);
    expect([status, stderr]).toEqual([0, '']);
    const commands = calls.filter(({ words: [service] }) => service === 'cloudformation');
    expect(commands.length).toBeGreaterThan(0);
    expect(commands.flatMap(({ words: [, ...command] }) => complaintsAbout(command))).toEqual([]);
  });
});

const option = ({ words }: Call, name: string) => words[words.indexOf(name) + 1];
const named = (calls: Call[], operation: string) =>
  calls.find(({ words }) => words[1] === operation) ?? { words: [] };

test('accounts that leave keep their stacks, and one account that fails stops nothing', () => {
  const { calls } = run('service-managed.sh', { OU_IDS: 'ou-ab12-1 ou-ab12-2', REGION: 'us-east-1' });
  const set = named(calls, 'create-stack-set');
  expect(option(set, '--auto-deployment')).toBe('Enabled=true,RetainStacksOnAccountRemoval=true');
  const instances = named(calls, 'create-stack-instances');
  expect(option(instances, '--operation-preferences')).toMatch(/FailureTolerancePercentage=100$/);
  expect(option(instances, '--deployment-targets')).toBe('OrganizationalUnitIds=ou-ab12-1,ou-ab12-2');
  expect(option(instances, '--regions')).toBe('us-east-1');
});

test('a comma within a parameter is kept from the CLI', () => {
  const { calls } = run('self-managed.sh', { ACCOUNTS: '1', REGION: 'eu-west-1' }, [
    'Tags=Team=data,Cost=42',
  ]);
  expect(option(named(calls, 'create-stack-set'), '--parameters')).toBe(
    'ParameterKey=Tags,ParameterValue=Team=data\\,Cost=42',
  );
});

test.each(['service-managed.sh', 'self-managed.sh', 'outputs.sh'])(
  '%s says what is missing, and asks AWS nothing',
  (script) => {
    const { status, stderr, calls } = run(script, {});
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/OU_IDS|ACCOUNTS|ROLE_NAME/);
    expect(calls).toEqual([]);
  },
);

test('the report lists the accounts, and fails if one has no bundle', () => {
  const { status, stdout } = run('report.sh', { INSTANCES: `${good}\n${bad}` });
  expect(status).toBe(1);
  expect(stdout.trim().split('\n')).toEqual([good, bad]);
});

const location = (suffix: string) =>
  new RegExp(`^https://templates\\.s3\\.${suffix}/rv-access-bundle/[0-9-]+/rv-access-bundle\\.yaml$`);

test('the template is put into the bucket, and named where it is', () => {
  const env = { ACCOUNTS: '1', REGION: 'eu-west-1' };
  const { calls } = run('self-managed.sh', env);
  const copy = calls.find(({ words }) => words[0] === 's3')?.words ?? [];
  expect(copy.slice(0, 4)).toEqual(['s3', 'cp', '--only-show-errors', template]);
  const url = option(named(calls, 'create-stack-set'), '--template-url') ?? '';
  expect(url).toMatch(location('eu-west-1\\.amazonaws\\.com'));
  expect(copy[4]).toBe(url.replace(/^https:\/\/templates[^/]*/, 's3://templates'));
  const inChina = run('self-managed.sh', { ...env, BUCKET_REGION: 'cn-north-1' }).calls;
  expect(option(named(inChina, 'create-stack-set'), '--template-url')).toMatch(
    location('cn-north-1\\.amazonaws\\.com\\.cn'),
  );
});

test('a template that lies somewhere already is not uploaded', () => {
  const env = { ACCOUNTS: '1', REGION: 'eu-west-1', BUCKET: '', TEMPLATE_URL: 'https://example.org/t.yaml' };
  const { calls } = run('self-managed.sh', env);
  expect(calls.map(({ words }) => words[0])).not.toContain('s3');
  expect(option(named(calls, 'create-stack-set'), '--template-url')).toBe('https://example.org/t.yaml');
});

test.each([
  ['self-managed.sh', { ACCOUNTS: '1' }],
  ['service-managed.sh', { OU_IDS: 'ou-ab12-11111111' }],
])('a second run of %s leaves the stack set alone and tries the accounts again', (script, where) => {
  const { status, stdout, calls } = run(script, { ...where, REGION: 'r', EXISTS: 'yes' }, ['Tags=Team=data']);
  expect(status).toBe(0);
  expect(stdout).toContain('is there and stays as it is');
  const operations = calls.map(({ words }) => words[1]);
  expect(operations).not.toContain('create-stack-set');
  expect(operations).toContain('create-stack-instances');
});

describe('an update', () => {
  const parametersOf = (calls: Call[]) => {
    const { words } = named(calls, 'update-stack-set');
    const start = words.indexOf('--parameters') + 1;
    return words.slice(start, words.indexOf('--query', start));
  };

  test('changes the parameters that are given and keeps the values of the others', () => {
    const { calls } = run('update.sh', { EXISTS: 'yes', BUCKET: '' }, [
      'AccessKeySerial=2',
      'Access=Suspended',
    ]);
    expect(named(calls, 'update-stack-set').words).toContain('--use-previous-template');
    expect(parametersOf(calls)).toEqual([
      'ParameterKey=UserName,UsePreviousValue=true',
      'ParameterKey=Tags,UsePreviousValue=true',
      'ParameterKey=AccessKeySerial,ParameterValue=2',
      'ParameterKey=Access,ParameterValue=Suspended',
    ]);
  });

  test('brings another template with all values as they were', () => {
    const { calls } = run('update.sh', { EXISTS: 'yes' });
    expect(option(named(calls, 'update-stack-set'), '--template-url')).toMatch(/^https:\/\/templates/);
    expect(parametersOf(calls).every((each) => each.endsWith('UsePreviousValue=true'))).toBe(true);
  });

  test('of nothing is refused before AWS is asked', () => {
    const { status, stderr, calls } = run('update.sh', { EXISTS: 'yes', BUCKET: '' });
    expect(status).toBe(1);
    expect(stderr).toContain('Nothing to change');
    expect(calls).toEqual([]);
  });
});

test('what is wrong with the stack set other than that there is none is told, and nothing is made', () => {
  const { status, stderr, calls } = run('self-managed.sh', {
    ACCOUNTS: '1',
    REGION: 'r',
    STACK_SET: '::999999999999:role',
    DENIED: '999999999999',
    EXISTS: 'yes',
  });
  expect(status).toBe(1);
  expect(stderr).toContain('AccessDenied');
  expect(calls.map(({ words }) => words[1])).not.toContain('create-stack-set');
});

test('the outputs are read in each account, in the role there, one line for each', () => {
  const { status, stdout, calls } = run('outputs.sh', { ROLE_NAME: 'Reader', OUTPUTS: 'SecretArn Warnings' });
  expect(status).toBe(0);
  expect(stdout.trimEnd().split('\n')).toEqual([
    'account\tregion\tSecretArn\tWarnings',
    '111111111111\tus-east-1\tarn of key-of-arn:aws-us-gov:iam::111111111111:role/Reader\t-',
    '222222222222\tus-east-1\tarn of key-of-arn:aws-us-gov:iam::222222222222:role/Reader\t-',
  ]);
  const reads = calls.filter(({ words }) => words[1] === 'describe-stacks');
  expect(reads.map(({ key }) => key)).toEqual([
    'key-of-arn:aws-us-gov:iam::111111111111:role/Reader',
    'key-of-arn:aws-us-gov:iam::222222222222:role/Reader',
  ]);
});

test('an account that cannot be read keeps its line, and the others theirs', () => {
  const { status, stdout, stderr } = run('outputs.sh', {
    ROLE_NAME: 'Reader',
    OUTPUTS: 'SecretArn',
    DENIED: '111111111111',
  });
  expect(status).toBe(1);
  expect(stdout.trimEnd().split('\n').slice(1)).toEqual([
    '111111111111\tus-east-1\t-',
    '222222222222\tus-east-1\tarn of key-of-arn:aws-us-gov:iam::222222222222:role/Reader',
  ]);
  expect(stderr).toContain('AccessDenied');
  expect(stderr).toContain('111111111111 cannot be read.');
});

test('a wrong command would be noticed', () => {
  const command = ['create-stack-set', '--stack-set-name', 'x', '--permission-modell', 'y'];
  expect(complaintsAbout(command)).toEqual(['create-stack-set has no option PermissionModell']);
  expect(complaintsAbout(['create-stack-set', '--permission-model', 'MANAGED'])).toEqual([
    'create-stack-set needs StackSetName',
    'PermissionModels cannot be MANAGED',
  ]);
  const preferences = ['--operation-preferences', 'MaxConcurrent=1,FailureToleranceCount=x'];
  expect(
    complaintsAbout(['create-stack-instances', '--stack-set-name', 'x', '--regions', 'r', ...preferences]),
  ).toEqual([
    'StackSetOperationPreferences has no field MaxConcurrent',
    'FailureToleranceCount: x is no number',
  ]);
});
