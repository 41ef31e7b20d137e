import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { builtInDocuments } from '../../../src/bundle/policy-documents.ts';
import type { Stack } from '../../../src/bundle/stack.ts';
import { expectedGrants } from './expected-grants.ts';
import { grants, type PolicyDocument } from './grants.ts';

const folder = fileURLToPath(new URL('../../../policies/', import.meta.url));
const files = readdirSync(folder);
const text = (file: string) => readFileSync(folder + file, 'utf8');
const read = (file: string): PolicyDocument => JSON.parse(text(file));

const longestRoleName = 'r'.repeat(64);
const partitions = ['aws', 'aws-us-gov', 'aws-cn'];
const stackIn = (partition: string): Stack => ({
  id: `arn:${partition}:cloudformation:some-region-1:123456789012:stack/redis/4f6a1b20`,
  partition,
  region: 'some-region-1',
  accountId: '123456789012',
  name: 'redis',
});

test('there are two policies and two trusts for the bundle, and three policies for those who run it', () => {
  expect(files).toEqual([
    'boundary.json',
    'deployer.json',
    'instance-role.json',
    'scp-invoke.json',
    'trust-console.json',
    'trust-ec2.json',
    'user-restricted.json',
  ]);
});

describe('what Redis asks for, nothing more and nothing less', () => {
  test('the instance policy has its 11 grants', () => {
    expect(grants(read('instance-role.json'))).toEqual(expectedGrants.instanceRole);
    expect(expectedGrants.instanceRole).toHaveLength(11);
  });

  test('the user policy has its 94 grants', () => {
    expect(grants(read('user-restricted.json'))).toEqual(expectedGrants.userRestricted);
    expect(expectedGrants.userRestricted).toHaveLength(94);
  });

  test('EC2 may take the instance role', () => {
    expect(read('trust-ec2.json').Statement).toEqual([
      {
        Sid: 'LetEc2RunAsInstanceRole',
        Effect: 'Allow',
        Principal: { Service: 'ec2.<<UrlSuffix>>' },
        Action: 'sts:AssumeRole',
      },
    ]);
  });

  test("Redis's account may take the console role, with MFA and without an external id", () => {
    expect(read('trust-console.json').Statement).toEqual([
      {
        Sid: 'LetRedisOperatorsSignInWithMfa',
        Effect: 'Allow',
        Principal: { AWS: 'arn:<<Partition>>:iam::<<RedisAccountId>>:root' },
        Action: 'sts:AssumeRole',
        Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
      },
    ]);
  });
});

describe('the permissions boundary', () => {
  /** As in a boundary for every partition, with the default name of the instance role. */
  const general = (rows: string[]) =>
    rows.map((row) =>
      row.replaceAll('<<Partition>>', '*').replaceAll('<<NodeRole>>', 'redislabs-cluster-node-role'),
    );
  const allowed = (rows: string[]) => [...new Set(rows.filter((row) => row.startsWith('Allow')))].sort();

  test('allows what the two policies allow together, nothing more and nothing less', () => {
    const { instanceRole, userRestricted } = expectedGrants;
    expect(allowed(grants(read('boundary.json')))).toEqual(
      allowed(general([...instanceRole, ...userRestricted])),
    );
  });

  test.each([
    ['boundary.json', 6144],
    ['scp-invoke.json', 5120],
  ])('%s stays within the %i characters that IAM or Organizations takes', (file, limit) => {
    expect(text(file).replace(/\s/g, '').length).toBeLessThanOrEqual(limit);
  });
});

describe.each(files)('%s', (file) => {
  test('has a Sid of its own on every statement', () => {
    const sids = read(file).Statement.map(({ Sid }) => Sid ?? '');
    for (const sid of sids) expect(sid).toMatch(/^([A-Z][a-z0-9]+){2,}$/);
    expect(new Set(sids).size).toBe(sids.length);
  });

  test('names no partition', () => {
    expect(text(file)).not.toMatch(/arn:aws/);
  });

  test('is of the policy language of 2012, without which the variable aws:username is plain text', () => {
    expect(read(file).Version).toBe('2012-10-17');
  });
});

describe.each(partitions)('as they reach IAM in %s', (partition) => {
  const documents = builtInDocuments(stackIn(partition), longestRoleName, '168085023892');

  test.each(Object.entries(documents))('%s has no placeholder left', (_name, document) => {
    expect(document).not.toMatch(/<<|>>|undefined/);
    expect(document).not.toMatch(/\$\{(?!aws:username\})/);
  });

  test.each([
    ['instanceRole', 6144],
    ['userRestricted', 6144],
    ['trustEc2', 2048],
    ['trustConsole', 2048],
  ] as const)('%s stays within the %i characters that IAM takes', (name, limit) => {
    expect(documents[name].replace(/\s/g, '').length).toBeLessThanOrEqual(limit);
  });

  test('every ARN is of that partition', () => {
    const arns = Object.values(documents).flatMap((document) => document.match(/arn:[^:]*:/g) ?? []);
    expect(arns.length).toBeGreaterThan(5);
    expect([...new Set(arns)]).toEqual([`arn:${partition}:`]);
  });

  test('the user may pass the instance role of that name and no other', () => {
    const pass = (JSON.parse(documents.userRestricted) as PolicyDocument).Statement.filter((statement) =>
      [statement.Action].flat().includes('iam:PassRole'),
    );
    expect(pass.map(({ Resource }) => Resource)).toEqual([`arn:${partition}:iam::*:role/${longestRoleName}`]);
  });
});

test("EC2 in China has a name of its own, everyone else's is that of GovCloud, too", () => {
  const principal = (partition: string) =>
    JSON.parse(builtInDocuments(stackIn(partition), 'node', '168085023892').trustEc2).Statement[0].Principal
      .Service;
  expect(partitions.map(principal)).toEqual([
    'ec2.amazonaws.com',
    'ec2.amazonaws.com',
    'ec2.amazonaws.com.cn',
  ]);
});
