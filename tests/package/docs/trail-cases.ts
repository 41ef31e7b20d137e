import { call, FUNCTION_NAME, signIn, type TrailEvent, WHO } from './trail-events.ts';

/** The rules of docs/security/detect.md, in the order of the page. */
export const RULES = ['network', 'signIns', 'assumed', 'entities', 'itself', 'reads', 'invocations'] as const;
export type Rule = (typeof RULES)[number];

const FUNCTION = `arn:aws:lambda:us-east-1:123456789012:function:${FUNCTION_NAME}`;
const FUNCTION_ROLE = 'arn:aws:iam::123456789012:role/redis-access-BundleFunctionRole-1ABCDEFGHIJKL';
const SECRET = {
  secretId: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:rv-access/redislabs-user-AbCdEf',
};
const policy = (name: string) => ({ policyArn: `arn:aws:iam::123456789012:policy/${name}` });
const role = (name: string) => ({ roleArn: `arn:aws:iam::123456789012:role/${name}` });

/** What a question must find, and what it must let pass, by its queries and by its rule. */
type Cases = [what: string, event: TrailEvent][];
type Tried = [question: number, rule: Rule, found: boolean, what: string, event: TrailEvent];
const of = (question: number, rule: Rule, found: Cases, passed: Cases): Tried[] => [
  ...found.map(([what, event]): Tried => [question, rule, true, what, event]),
  ...passed.map(([what, event]): Tried => [question, rule, false, what, event]),
];

export const TRIED: Tried[] = [
  ...of(
    1,
    'network',
    [
      ['a network never seen', call('ec2', 'RunInstances', WHO.redis, {})],
      ['a network never seen, by IPv6', call('ec2', 'StopInstances', WHO.redis, {}, '2001:db8:1::7')],
    ],
    [
      ['a network of Redis', call('ec2', 'RunInstances', WHO.redis, {}, '203.0.113.7')],
      ['the probe of the function', call('sts', 'GetCallerIdentity', WHO.redis, null)],
      ['somebody else', call('ec2', 'RunInstances', WHO.person, {})],
      [
        'a service on behalf of Redis',
        call('ec2', 'CreateVolume', { ...WHO.redis, invokedBy: 'autoscaling.amazonaws.com' }, {}),
      ],
    ],
  ),
  ...of(
    2,
    'signIns',
    [['a sign-in of the user', signIn('redislabs-user')]],
    [
      ['a sign-in of somebody else', signIn('eve')],
      ['a role that has no console of the bundle', signIn('redislabs-user-2')],
    ],
  ),
  ...of(
    2,
    'assumed',
    [
      ['who takes on the console role', call('sts', 'AssumeRole', WHO.person, role('redislabs-role'))],
      [
        'somebody of another account who takes on the console role',
        call('sts', 'AssumeRole', WHO.otherAccount, role('redislabs-role')),
      ],
    ],
    [['who takes on another', call('sts', 'AssumeRole', WHO.person, role('my-redislabs-role-2'))]],
  ),
  ...of(
    3,
    'entities',
    [
      [
        'a key made by a user of IAM',
        call('iam', 'CreateAccessKey', WHO.person, { userName: 'redislabs-user' }),
      ],
      [
        'trust changed by a role',
        call('iam', 'UpdateAssumeRolePolicy', WHO.administrator, { roleName: 'redislabs-role' }),
      ],
      [
        'a policy changed by the root user',
        call('iam', 'CreatePolicyVersion', WHO.root, policy('RedislabsIAMUserRestrictedPolicy')),
      ],
      [
        'its password changed by the user itself',
        call('iam', 'ChangePassword', WHO.redis, { userName: 'redislabs-user' }),
      ],
      [
        'a key made with the role of the function, by another function',
        call('iam', 'CreateAccessKey', WHO.itsRoleElsewhere, { userName: 'redislabs-user' }),
      ],
      [
        'a key made through CloudFormation',
        call('iam', 'CreateAccessKey', WHO.cloudFormation, { userName: 'redislabs-user' }),
      ],
      [
        'the policy of the secret, changed by hand',
        call('secretsmanager', 'PutResourcePolicy', WHO.administrator, SECRET),
      ],
    ],
    [
      [
        'the function at work',
        call('iam', 'CreateAccessKey', WHO.theFunction, { userName: 'redislabs-user' }),
      ],
      ['other users', call('iam', 'CreateAccessKey', WHO.person, { userName: 'eve' })],
      ['another secret', call('secretsmanager', 'PutSecretValue', WHO.person, { secretId: 'payments' })],
      [
        'the function, which starts a rotation',
        call('secretsmanager', 'RotateSecret', WHO.theFunction, SECRET),
      ],
    ],
  ),
  ...of(
    3,
    'itself',
    [
      [
        'the role of the function changed',
        call('iam', 'PutRolePolicy', WHO.administrator, {
          roleName: 'redis-access-BundleFunctionRole-1ABCDEFGHIJKL',
        }),
      ],
      [
        'the code changed by hand',
        call('lambda', 'UpdateFunctionCode20150331v2', WHO.administrator, { functionName: FUNCTION }),
      ],
      [
        'a permission added by hand',
        call('lambda', 'AddPermission20150331v2', WHO.person, { functionName: FUNCTION }),
      ],
      [
        'its role given to another function',
        call('lambda', 'CreateFunction20150331', WHO.administrator, {
          functionName: 'eves',
          role: FUNCTION_ROLE,
        }),
      ],
    ],
    [
      [
        'CloudFormation, which updates the role of the function',
        call('iam', 'PutRolePolicy', WHO.cloudFormation, {
          roleName: 'redis-access-BundleFunctionRole-1ABC',
        }),
      ],
      [
        'an update of the stack',
        call('lambda', 'UpdateFunctionCode20150331v2', WHO.cloudFormation, { functionName: FUNCTION }),
      ],
      [
        'another function',
        call('lambda', 'UpdateFunctionCode20150331v2', WHO.person, { functionName: 'payments' }),
      ],
    ],
  ),
  ...of(
    4,
    'reads',
    [
      ['a read by a user of IAM', call('secretsmanager', 'GetSecretValue', WHO.person, SECRET)],
      [
        'a read by a role, by name',
        call('secretsmanager', 'GetSecretValue', WHO.administrator, { secretId: 'rv-access/redislabs-user' }),
      ],
      ['a read from another account', call('secretsmanager', 'GetSecretValue', WHO.otherAccount, SECRET)],
      [
        'a read with the role of the function, by another function',
        call('secretsmanager', 'GetSecretValue', WHO.itsRoleElsewhere, SECRET),
      ],
    ],
    [
      ['the function', call('secretsmanager', 'GetSecretValue', WHO.theFunction, SECRET)],
      ['another secret', call('secretsmanager', 'GetSecretValue', WHO.person, { secretId: 'payments' })],
    ],
  ),
  ...of(
    5,
    'invocations',
    [
      ['a call by hand', call('lambda', 'Invoke', WHO.person, { functionName: FUNCTION })],
      ['a call from another account', call('lambda', 'Invoke', WHO.otherAccount, { functionName: FUNCTION })],
    ],
    [
      ['CloudFormation', call('lambda', 'Invoke', WHO.cloudFormation, { functionName: FUNCTION })],
      ['the daily check', call('lambda', 'Invoke', WHO.eventBridge, { functionName: FUNCTION })],
      ['another function', call('lambda', 'Invoke', WHO.person, { functionName: 'payments' })],
      ['Secrets Manager', call('lambda', 'Invoke', WHO.secretsManager, { functionName: FUNCTION })],
    ],
  ),
];
