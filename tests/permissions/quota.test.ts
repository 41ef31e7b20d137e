import { expect, test } from 'vitest';
import { rolePolicies } from './role.ts';

const longest = {
  InstanceRoleName: 'i'.repeat(64),
  InstancePolicyName: 'j'.repeat(128),
  UserName: 'u'.repeat(64),
  UserPolicyName: 'v'.repeat(128),
  ConsoleRoleName: 'c'.repeat(64),
  SecretName: 's'.repeat(512),
  FurtherBundlesPrefix: 'f'.repeat(32),
  RedisCloudApiSecretArn: `arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:${'a'.repeat(256)}-AbCdEf`,
  PermissionsBoundaryArn: `arn:aws-us-gov:iam::123456789012:policy/${'b'.repeat(128)}`,
};
const longestStackId = `arn:aws-us-gov:cloudformation:us-gov-west-1:123456789012:stack/${'s'.repeat(128)}/4f6a1b20-0c3d-11f1-9a5e-0affd5d7e3c1`;

test.each([
  ['as it comes', {}],
  ['with the longest names, a boundary, a prefix and a registration', longest],
  ['when it adopts, too', { ...longest, ExistingEntities: 'Adopt' }],
])(
  'the policies of the role fit into the 10,240 characters that IAM gives a role: %s',
  async (_title, parameters) => {
    const policies = await rolePolicies(parameters, longestStackId);
    const sizes = policies.map(
      ({ PolicyDocument }) => JSON.stringify(PolicyDocument).replace(/\s/g, '').length,
    );
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(10_240);
  },
);
