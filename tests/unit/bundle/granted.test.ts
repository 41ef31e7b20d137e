import { describe, expect, test } from 'vitest';
import { grantedBy } from '../../../src/bundle/granted.ts';
import { builtInDocuments } from '../../../src/bundle/policy-documents.ts';
import { parseStackId } from '../../../src/bundle/stack.ts';

const stack = parseStackId('arn:aws-us-gov:cloudformation:us-gov-west-1:123456789012:stack/redis/0b7c1d40');
const { userRestricted, instanceRole } = builtInDocuments(stack, 'nodes', '210987654321');
const iam = (rest: string) => `arn:aws-us-gov:iam::123456789012:${rest}`;

describe('what a policy grants', () => {
  test('is asked about by name: 89 actions of the user policy, and each on a resource that there can be', () => {
    const granted = grantedBy(userRestricted, stack, 'redis');
    expect(granted.map(({ resource, actions }) => [resource, actions.length])).toEqual([
      ['*', 82],
      [iam('role/nodes'), 1],
      [iam('user/redis'), 3],
      [iam('role/aws-service-role/transitgateway.amazonaws.com/AWSServiceRoleForVPCTransitGateway'), 3],
    ]);
    expect(granted.flatMap(({ actions }) => actions).filter((name) => !/^\w+:\w+$/.test(name))).toEqual([]);
  });

  test('is eleven actions of the instance policy', () => {
    expect(grantedBy(instanceRole, stack, undefined)).toEqual([
      { resource: '*', actions: expect.arrayContaining(['ec2:CreateVolume', 'ec2:DescribeRegions']) },
    ]);
    expect(grantedBy(instanceRole, stack, undefined)[0]?.actions).toHaveLength(11);
  });

  test('leaves out what a policy grants to a user by its name, where a role has it', () => {
    expect(grantedBy(userRestricted, stack, undefined).map(({ resource }) => resource)).not.toContain(
      iam('user/redis'),
    );
  });

  test('takes for a wildcard what Redis calls, in any case, and nothing for one that has none of it', () => {
    const of = (Action: string) =>
      grantedBy(JSON.stringify({ Statement: { Effect: 'Allow', Action, Resource: '*' } }), stack, 'redis');
    expect(of('CloudWatch:Get*')).toEqual([
      { resource: '*', actions: ['cloudwatch:GetMetricData', 'cloudwatch:GetMetricStatistics'] },
    ]);
    expect(of('ec2:DescribeVpc?')[0]?.actions).toEqual(['ec2:DescribeVpcs']);
    expect(of('ec2:*Vpc')[0]?.actions).toEqual(['ec2:CreateVpc', 'ec2:DeleteVpc']);
    expect(of('*')[0]?.actions.length).toBeGreaterThan(80);
    expect(of('s3:*')).toEqual([]);
    expect(of('s3:GetObject')).toEqual([{ resource: '*', actions: ['s3:GetObject'] }]);
  });

  test('puts something in place of the wildcards of a resource', () => {
    const of = (Resource: string) =>
      grantedBy(
        JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource }] }),
        stack,
        'redis',
      )[0]?.resource;
    expect(of('arn:aws-us-gov:ec2:*:*:instance/*')).toBe(
      'arn:aws-us-gov:ec2:us-gov-west-1:123456789012:instance/any',
    );
    expect(of('arn:aws-us-gov:s3:::data-*/log*')).toBe('arn:aws-us-gov:s3:::data-any/log');
  });

  test('leaves out what is denied, and statements that name what they do not mean', () => {
    const document = {
      Statement: [
        { Effect: 'Deny', Action: 'ec2:RunInstances', Resource: '*' },
        { Effect: 'Allow', NotAction: 'ec2:RunInstances', Resource: '*' },
      ],
    };
    expect(grantedBy(JSON.stringify(document), stack, 'redis')).toEqual([]);
  });
});
