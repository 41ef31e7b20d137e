import { describe, expect, test } from 'vitest';
import { matches, type Pattern } from './event-pattern.ts';
import { readPage } from './markdown.ts';
import { call, signIn, WHO } from './trail-events.ts';

const page = readPage('docs/security/detect.md');
const blocks = (language: string) =>
  page.blocks.filter((block) => block.language === language).map(({ code }) => code);
const patterns = blocks('json').map((code) => JSON.parse(code) as Pattern);
const [network, signIns, assumed, entities, code, reads, invocations] = patterns as [
  Pattern,
  Pattern,
  Pattern,
  Pattern,
  Pattern,
  Pattern,
  Pattern,
];

const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:redis-access-BundleFunction-1ABC';
const SECRET = {
  secretId: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:rv-access/redislabs-user-AbCdEf',
};
const policy = (name: string) => ({ policyArn: `arn:aws:iam::123456789012:policy/${name}` });
const role = (name: string) => ({ roleArn: `arn:aws:iam::123456789012:role/${name}` });

test('each question has a query for Athena, one for Logs Insights, and a pattern', () => {
  expect([blocks('sql').length, blocks('insights').length, patterns.length]).toEqual([5, 5, 7]);
});

/** What a rule must tell of, and what it must let pass. */
const TRIED: [string, Pattern, boolean, string, Record<string, unknown>][] = [
  ['1', network, true, 'a network never seen', call('ec2', 'RunInstances', WHO.redis, {})],
  ['1', network, false, 'a network of Redis', call('ec2', 'RunInstances', WHO.redis, {}, '203.0.113.7')],
  ['1', network, false, 'the probe of the function', call('sts', 'GetCallerIdentity', WHO.redis, null)],
  ['1', network, false, 'somebody else', call('ec2', 'RunInstances', WHO.person, {})],
  [
    '1',
    network,
    false,
    'a service on behalf of Redis',
    call('ec2', 'CreateVolume', { ...WHO.redis, invokedBy: 'autoscaling.amazonaws.com' }, {}),
  ],
  ['2', signIns, true, 'a sign-in of the user', signIn('redislabs-user')],
  ['2', signIns, false, 'a sign-in of somebody else', signIn('eve')],
  [
    '2',
    assumed,
    true,
    'who takes on the console role',
    call('sts', 'AssumeRole', WHO.person, role('redislabs-role')),
  ],
  [
    '2',
    assumed,
    false,
    'who takes on another',
    call('sts', 'AssumeRole', WHO.person, role('my-redislabs-role-2')),
  ],
  [
    '3',
    entities,
    true,
    'a key made by a user of IAM',
    call('iam', 'CreateAccessKey', WHO.person, { userName: 'redislabs-user' }),
  ],
  [
    '3',
    entities,
    true,
    'trust changed by a role',
    call('iam', 'UpdateAssumeRolePolicy', WHO.administrator, { roleName: 'redislabs-role' }),
  ],
  [
    '3',
    entities,
    true,
    'a policy changed by the root user',
    call('iam', 'CreatePolicyVersion', WHO.root, policy('RedislabsIAMUserRestrictedPolicy')),
  ],
  [
    '3',
    entities,
    true,
    'the role of the function changed',
    call('iam', 'PutRolePolicy', WHO.administrator, {
      roleName: 'redis-access-BundleFunctionRole-1ABCDEFGHIJKL',
    }),
  ],
  [
    '3',
    entities,
    true,
    'its password changed by the user itself',
    call('iam', 'ChangePassword', WHO.redis, { userName: 'redislabs-user' }),
  ],
  [
    '3',
    entities,
    false,
    'the function at work',
    call('iam', 'CreateAccessKey', WHO.theFunction, { userName: 'redislabs-user' }),
  ],
  [
    '3',
    entities,
    false,
    'CloudFormation, which updates the role of the function',
    call('iam', 'PutRolePolicy', WHO.cloudFormation, { roleName: 'redis-access-BundleFunctionRole-1ABC' }),
  ],
  ['3', entities, false, 'other users', call('iam', 'CreateAccessKey', WHO.person, { userName: 'eve' })],
  [
    '3',
    code,
    true,
    'the code changed by hand',
    call('lambda', 'UpdateFunctionCode20150331v2', WHO.administrator, { functionName: FUNCTION }),
  ],
  [
    '3',
    code,
    true,
    'a permission added by hand',
    call('lambda', 'AddPermission20150331v2', WHO.person, { functionName: FUNCTION }),
  ],
  [
    '3',
    code,
    false,
    'an update of the stack',
    call('lambda', 'UpdateFunctionCode20150331v2', WHO.cloudFormation, { functionName: FUNCTION }),
  ],
  [
    '3',
    code,
    false,
    'another function',
    call('lambda', 'UpdateFunctionCode20150331v2', WHO.person, { functionName: 'payments' }),
  ],
  ['4', reads, true, 'a read by a user of IAM', call('secretsmanager', 'GetSecretValue', WHO.person, SECRET)],
  [
    '4',
    reads,
    true,
    'a read by a role, by name',
    call('secretsmanager', 'GetSecretValue', WHO.administrator, { secretId: 'rv-access/redislabs-user' }),
  ],
  ['4', reads, false, 'the function', call('secretsmanager', 'GetSecretValue', WHO.theFunction, SECRET)],
  [
    '4',
    reads,
    false,
    'another secret',
    call('secretsmanager', 'GetSecretValue', WHO.person, { secretId: 'payments' }),
  ],
  [
    '5',
    invocations,
    true,
    'a call by hand',
    call('lambda', 'Invoke', WHO.person, { functionName: FUNCTION }),
  ],
  [
    '5',
    invocations,
    false,
    'CloudFormation',
    call('lambda', 'Invoke', WHO.cloudFormation, { functionName: FUNCTION }),
  ],
  [
    '5',
    invocations,
    false,
    'the daily check',
    call('lambda', 'Invoke', WHO.eventBridge, { functionName: FUNCTION }),
  ],
  [
    '5',
    invocations,
    false,
    'another function',
    call('lambda', 'Invoke', WHO.person, { functionName: 'payments' }),
  ],
];

test.each(TRIED)('rule %s, %o, matches: %s (%s)', (_question, pattern, expected, _what, event) => {
  expect(matches(pattern, event as never)).toBe(expected);
});

describe.each(blocks('sql').map((sql, index) => [index + 1, sql] as const))(
  'the SQL of question %i',
  (_number, sql) => {
    test('is one SELECT with its clauses in order, and closes what it opens', () => {
      const bare = sql.replaceAll(/'[^']*'/g, "''");
      expect(bare.match(/'/g)?.length ?? 0).toSatisfy((quotes: number) => quotes % 2 === 0);
      expect(bare.match(/\(/g)?.length).toBe(bare.match(/\)/g)?.length);
      expect(bare).not.toContain(';');
      const clauses = [...bare.matchAll(/^(SELECT|FROM|WHERE|GROUP BY|HAVING|ORDER BY)\b/gm)].map(
        ([, word]) => word,
      );
      const order = ['SELECT', 'FROM', 'WHERE', 'GROUP BY', 'HAVING', 'ORDER BY'];
      expect(clauses).toEqual(order.filter((word) => clauses.includes(word)));
      expect(clauses.slice(0, 3)).toEqual(['SELECT', 'FROM', 'WHERE']);
    });

    test('names columns that the table of CloudTrail has', () => {
      const columns = [
        'additionaleventdata',
        'errorcode',
        'errormessage',
        'eventname',
        'eventsource',
        'eventtime',
        'readonly',
        'requestparameters',
        'responseelements',
        'sourceipaddress',
        'useragent',
        'useridentity',
      ];
      const words =
        sql
          .replaceAll(/'[^']*'/g, '')
          .replaceAll(/\bAS \w+/g, '')
          .replaceAll(/\b\w+\(/g, '')
          .match(/\b[a-z_]+(?:\.[a-z]+)*\b/g) ?? [];
      const own = ['cloudtrail_logs', 'current_timestamp', 'first_seen'];
      const fields = ['type', 'arn', 'username', 'invokedby', 'sessioncontext.sessionissuer.arn'];
      for (const word of words.filter((each) => !own.includes(each))) {
        const [column = '', ...rest] = word.split('.');
        expect(columns).toContain(column);
        if (rest.length > 0)
          expect([column, fields]).toEqual(['useridentity', expect.arrayContaining([rest.join('.')])]);
      }
    });
  },
);

test('what Logs Insights is asked is made of commands that it has, and regular expressions that are some', () => {
  for (const query of blocks('insights')) {
    const commands = query
      .trim()
      .split(/\n\| /)
      .map((part) => part.split(' ')[0]);
    for (const command of commands) expect(['fields', 'filter', 'parse', 'stats', 'sort']).toContain(command);
    for (const [, ignoreCase, source = ''] of query.matchAll(
      /(?:like|sourceIPAddress) \/(\(\?i\))?(.+?)\/(?=\)| |$)/gm,
    ))
      expect(() => new RegExp(source, ignoreCase ? 'i' : '')).not.toThrow();
  }
});

test('the page names the entities by the names that they have by default', () => {
  for (const name of [
    'redislabs-user',
    'redislabs-role',
    'redislabs-cluster-node-role',
    'RedislabsIAMUserRestrictedPolicy',
    'RedisLabsInstanceRolePolicy',
    'rv-access/',
  ])
    expect(page.text).toContain(name);
});
