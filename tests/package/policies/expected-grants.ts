import { grant } from './grants.ts';

const taggedByRedis = { StringEquals: { 'ec2:ResourceTag/RedisLabsIdentifier': 'Redislabs-VPC' } };
const transitGatewayRole =
  'arn:<<Partition>>:iam::*:role/aws-service-role/transitgateway.amazonaws.com/AWSServiceRoleForVPCTransitGateway*';

/**
 * What Redis asks for, as of June 2025:
 * https://github.com/Redislabs-Solution-Architects/cloudformation-aws-Redislabs-Cloud-Account-IAM-Resources/tree/b746de1.
 * One row of `actions` per service; `*` at an action's end is part of it.
 */
interface Row {
  effect: 'Allow' | 'Deny';
  resources: string[];
  condition?: object;
  actions: Record<string, string>;
}

const instanceRole: Row[] = [
  {
    effect: 'Allow',
    resources: ['*'],
    condition: taggedByRedis,
    actions: {
      ec2: 'AttachVolume AuthorizeSecurityGroupIngress CreateVolume DeleteSecurityGroup DeleteTags',
    },
  },
  {
    effect: 'Allow',
    resources: ['*'],
    actions: {
      ec2: 'CreateTags DescribeAvailabilityZones DescribeRegions DescribeSecurityGroups DescribeTags DescribeVolumes',
    },
  },
];

const userRestricted: Row[] = [
  {
    effect: 'Allow',
    resources: ['*'],
    condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    actions: { kms: 'CreateGrant ListGrants RevokeGrant' },
  },
  {
    effect: 'Allow',
    resources: ['*'],
    condition: taggedByRedis,
    actions: {
      ec2: `AssociateRouteTable AttachVolume AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress CreateRoute
        CreateVolume DeleteInternetGateway DeleteKeyPair DeleteRoute DeleteRouteTable DeleteSecurityGroup DeleteSnapshot
        DeleteSubnet DeleteTags DeleteVolume DeleteVpc DeleteVpcPeeringConnection DetachVolume ModifyInstanceAttribute
        ModifySubnetAttribute RebootInstances StartInstances StopInstances TerminateInstances`,
    },
  },
  {
    effect: 'Allow',
    resources: ['*'],
    actions: {
      cloudwatch: 'Describe* Get* List*',
      ec2: `AcceptVpcPeeringConnection AssociateVpcCidrBlock AttachInternetGateway CreateInternetGateway CreateKeyPair
        CreateRouteTable CreateSecurityGroup CreateSnapshot CreateSubnet CreateTags CreateTransitGateway
        CreateTransitGatewayVpcAttachment CreateVpc CreateVpcPeeringConnection DeleteTransitGateway
        DeleteTransitGatewayVpcAttachment DescribeAvailabilityZones DescribeImages DescribeInstanceStatus
        DescribeInstanceTypeOfferings DescribeInstances DescribeInternetGateways DescribeKeyPairs DescribeNetworkAcls
        DescribeRegions DescribeRouteTables DescribeSecurityGroups DescribeSnapshots DescribeSubnets
        DescribeTransitGatewayVpcAttachments DescribeTransitGateways DescribeVolumes DescribeVpcPeeringConnections
        DescribeVpcs DetachInternetGateway ImportKeyPair RejectVpcPeeringConnection ReplaceRoute
        RevokeSecurityGroupIngress RunInstances`,
      iam: `GetPolicy GetRole ListAttachedRolePolicies ListInstanceProfiles ListInstanceProfilesForRole ListPolicies
        ListRolePolicies ListUsers SimulatePrincipalPolicy`,
      kms: 'DescribeKey GenerateDataKeyWithoutPlaintext',
    },
  },
  {
    effect: 'Allow',
    resources: [transitGatewayRole],
    condition: { StringLike: { 'iam:AWSServiceName': 'transitgateway.amazonaws.com' } },
    actions: { iam: 'CreateServiceLinkedRole' },
  },
  { effect: 'Allow', resources: [transitGatewayRole], actions: { iam: 'AttachRolePolicy PutRolePolicy' } },
  {
    effect: 'Allow',
    resources: ['arn:<<Partition>>:iam::*:role/<<NodeRole>>'],
    actions: { iam: 'PassRole' },
  },
  {
    effect: 'Allow',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM's own variable, which must reach IAM as it stands.
    resources: ['arn:<<Partition>>:iam::*:user/${aws:username}'],
    actions: { iam: 'ChangePassword GetUser GetUserPolicy' },
  },
  {
    effect: 'Deny',
    resources: ['instance', 'keypair', 'volume'].map((type) => `arn:<<Partition>>:ec2:*:*:${type}/*`),
    condition: { Null: { 'aws:RequestTag/RedisLabsIdentifier': 'true' } },
    actions: { ec2: 'CreateKeyPair RunInstances' },
  },
];

export const expectedGrants = { instanceRole: expand(instanceRole), userRestricted: expand(userRestricted) };

function expand(rows: Row[]): string[] {
  return rows
    .flatMap(({ effect, resources, condition, actions }) =>
      Object.entries(actions).flatMap(([service, names]) =>
        names
          .trim()
          .split(/\s+/)
          .flatMap((name) =>
            resources.map((resource) => grant(effect, `${service}:${name}`, resource, condition)),
          ),
      ),
    )
    .sort();
}
