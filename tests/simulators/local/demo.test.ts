import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { eventRow } from '../../../local/demo/event-table.ts';
import { readOptions } from '../../../local/demo/options.ts';
import { table, wrap } from '../../../local/demo/table.ts';
import { recordOf } from '../../../scripts/docs/life/record.ts';
import { furtherTest } from '../../support/sample.ts';

const program = fileURLToPath(new URL('../../../local/demo/start.ts', import.meta.url));
const running: ReturnType<typeof spawn>[] = [];
const known = ['UserName', 'Tags'];

afterEach(() => {
  for (const child of running.splice(0)) {
    child.kill('SIGKILL');
  }
});

interface Run {
  code: number | null;
  output: string;
  errors: string;
}

/** What is done once the output has a text, in this order; what a function answers is typed. Then comes Ctrl-C. */
type Step = [seen: string, then: (output: string) => Promise<string> | string];

/** Runs `npm start` with options. */
function start(options: string[], ...steps: Step[]): Promise<Run> {
  const child = spawn(process.execPath, [program, ...options]);
  running.push(child);
  let output = '';
  let errors = '';
  let from = 0;
  const next = async (): Promise<void> => {
    const [seen, then] = steps[0] ?? [];
    const at = seen === undefined ? -1 : output.indexOf(seen, from);
    if (!then || at < 0) return;
    from = at + 1;
    steps.shift();
    const typed = await then(output);
    if (typed) child.stdin.write(`${typed}\n`);
    if (steps.length === 0) child.kill('SIGINT');
    else await next();
  };
  child.stdout.on('data', async (chunk) => {
    output += chunk;
    await next();
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output, errors })));
}

describe('the command line', () => {
  test('explains itself with --help', async () => {
    const { code, output } = await start(['--help']);
    expect(code).toBe(0);
    for (const word of [
      'create',
      'rotate',
      'rename',
      'rollback',
      'delete',
      '--param',
      '--region',
      '--scp',
      '--keep',
    ]) {
      expect(output).toContain(word);
    }
    expect(Math.max(...output.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test.each([
    [['--nonsense'], "Unknown option '--nonsense'"],
    [['now'], "Unexpected argument 'now'"],
    [['--step', 'fly'], 'There is no step "fly". Steps: create, rotate, rename, rollback, delete, register.'],
    [['--param', 'UserName'], '--param takes NAME=VALUE, such as UserName=redis, not "UserName".'],
    [
      ['--param', 'Foo=1'],
      'template.yaml has no parameter "Foo". It has: InstanceRoleName, InstancePolicyName, ',
    ],
    [['--param', 'username=a'], 'template.yaml has no parameter "username". Did you mean UserName?'],
    [['--region', 'Mars'], '--region takes the name of an AWS Region, such as eu-west-1, not "Mars".'],
  ])('%j is refused with exit code 2, before anything begins', async (options, message) => {
    const { code, output, errors } = await start(options);
    expect([code, output]).toEqual([2, '']);
    expect(errors).toContain(message);
    expect(errors).toContain('npm start -- --help');
  });

  test('reads service control policies from files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'start-'));
    try {
      const policy = { Statement: [{ Effect: 'Deny', Action: 'iam:PassRole', Resource: '*' }] };
      const file = join(folder, 'policy.json');
      await writeFile(file, JSON.stringify(policy));
      expect(readOptions(['--scp', file, '--scp', file], known).serviceControlPolicies).toEqual([
        policy,
        policy,
      ]);
      await writeFile(file, '{}');
      expect(() => readOptions(['--scp', file], known)).toThrow('it has no Statement');
      expect(() => readOptions(['--scp', join(folder, 'nothing')], known)).toThrow('--scp takes a file');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('puts steps into the order of the story, and leaves the deletion out of what is kept', () => {
    expect(readOptions(['--step', 'rename', '--step', 'create'], known).steps).toEqual(['create', 'rename']);
    expect(readOptions([], known).steps).toEqual([
      'create',
      'rotate',
      'rename',
      'rollback',
      'delete',
      'register',
    ]);
    expect(readOptions(['--keep'], known).steps).toEqual(['create', 'rotate', 'rename', 'rollback']);
    expect(readOptions(['--param', 'Tags=a=b,c=d', '--param', 'UserName=x'], known).parameters).toEqual({
      Tags: 'a=b,c=d',
      UserName: 'x',
    });
  });
});

describe('a table', () => {
  test('breaks texts at spaces, and long words where they can be read on', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', 27)).toEqual([
      'UPDATE_ROLLBACK_COMPLETE_',
      'CLEANUP_IN_PROGRESS',
    ]);
    expect(wrap('BundleFunctionLogGroup', 18)).toEqual(['BundleFunctionLog', 'Group']);
    expect(wrap('', 5)).toEqual(['']);
  });

  test('keeps words whole in its last column, so that they can be copied', () => {
    const arn = `arn:aws:iam::123456789012:user/${'x'.repeat(100)}`;
    expect(table(['Name', 'Value'], [['UserArn', arn]])).toBe(`  Name     Value\n  UserArn  ${arn}`);
  });

  test('of events fits into 80 columns', () => {
    const { columns } = process.stdout;
    process.stdout.columns = 80;
    const row = eventRow({
      timestamp: new Date(2026, 0, 1, 9, 5, 7),
      logicalResourceId: 'BundleFunctionEventInvokeConfig',
      resourceType: 'AWS::Lambda::EventInvokeConfig',
      resourceStatus: 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      resourceStatusReason: 'Requested update required the provider to create a new physical resource',
    });
    process.stdout.columns = columns;
    expect(row).toContain('09:05:07  ');
    expect(Math.max(...row.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

describe('npm start', () => {
  furtherTest('shows the whole life of a bundle and finds every claim true', async () => {
    const { code, output, errors } = await start([]);
    expect(errors).toBe('');
    expect(output).not.toContain('✗');
    expect(output.match(/^ {2}✓ .*: (\d+) of \1 claims hold$/gm)).toHaveLength(6);
    expect(
      output.match(/^ {2}The ledger of rv-access\/rv-access\/Bundle\/[0-9a-f]{16}, written \d+ times$/gm),
    ).toHaveLength(4);
    // What the picture on the front page is drawn from; `npm run docs -- --life` renews it.
    expect(recordOf(output)).toEqual(JSON.parse(await readFile('docs/life.json', 'utf8')));
    expect(output).toContain('Nothing left.');
    expect(output).toMatch(/rv-access\/redislabs-user is scheduled for deletion/);
    // Colours are for terminals.
    expect(output).not.toContain('\u001b');
    expect(code).toBe(0);
  });

  test('shows only the steps that were asked for', async () => {
    const { code, output } = await start(['--step', 'delete', '--param', 'UserName=someone']);
    expect(output.match(/^\d\. .*/gm)).toEqual(['1. Delete the stack']);
    expect(output).toContain('rv-access/someone is scheduled for deletion');
    expect(output).not.toContain('CREATE_COMPLETE');
    expect(code).toBe(0);
  });

  test('ends with exit code 1 when the stack cannot be created', async () => {
    const { code, output } = await start(['--step', 'create', '--param', 'UserName=not valid']);
    expect(output).toContain('Parameter UserName failed to satisfy constraint');
    expect(output).toContain('✗ Create the stack: 0 of 1 claims hold');
    expect(code).toBe(1);
  });

  /** The users, as the AWS CLI would see them at the endpoint that the output names. */
  async function usersAt(output: string): Promise<string> {
    const endpoint = output.match(/export AWS_ENDPOINT_URL=(\S+)/)?.[1] ?? '';
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        authorization:
          'AWS4-HMAC-SHA256 Credential=123456789012/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'Action=ListUsers&Version=2010-05-08',
    });
    return response.text();
  }

  test('keeps the local AWS running until Ctrl-C, and says what the AWS CLI can do there and what it cannot', async () => {
    let users = '';
    const { code, output } = await start(
      ['--keep', '--step', 'create'],
      [
        'delete the stack',
        async (seen) => {
          users = await usersAt(seen);
          return '';
        },
      ],
    );
    expect(users).toContain('<UserName>redislabs-user</UserName>');
    expect(output).toContain('aws secretsmanager list-secrets');
    expect(output).toContain('`aws cloudformation` sees no stack here, and changes none.');
    expect(output).toContain('Stopped.');
    expect(code).toBe(0);
  });

  test('lets a person update, delete and create the stack while it runs, and says why not', async () => {
    const users: string[] = [];
    const { code, output, errors } = await start(
      ['--keep', '--step', 'create'],
      ['delete the stack', () => 'update Foo=1'],
      ['template.yaml has no parameter "Foo".', () => 'update UserName=redislabs-user'],
      ['No updates are to be performed.', () => 'update UserName=another'],
      [
        'The stack is in UPDATE_COMPLETE.',
        async (seen) => {
          users.push(await usersAt(seen));
          return 'delete';
        },
      ],
      ['The stack is in DELETE_COMPLETE.', () => 'nonsense'],
      [
        'There is no command "nonsense".',
        async (seen) => {
          users.push(await usersAt(seen));
          return 'update UserName=third';
        },
      ],
      ['does not exist', () => 'create UserName=third'],
      [
        'The stack is in CREATE_COMPLETE.',
        async (seen) => {
          users.push(await usersAt(seen));
          return '';
        },
      ],
    );
    expect(users.map((each) => [...each.matchAll(/<UserName>(.*?)</g)].map(([, name]) => name))).toEqual([
      ['another'],
      [],
      ['third'],
    ]);
    expect(errors).toBe('');
    expect(output).toContain('Stopped.');
    expect(code).toBe(0);
  });
});
