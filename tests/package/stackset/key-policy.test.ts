import { readFileSync } from 'node:fs';
import { runSimulation } from '@cloud-copilot/iam-simulate';
import { expect, test } from 'vitest';
import { withKey } from '../../permissions/actions.ts';
import { accountId as member, rolePolicies } from '../../permissions/role.ts';

const central = '999999999999';
const key = `arn:aws:kms:us-east-1:${central}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const resourcePolicy = JSON.parse(
  readFileSync(new URL('../../../examples/stackset/key-policy.json', import.meta.url), 'utf8')
    .replaceAll('CENTRAL_ACCOUNT', central)
    .replaceAll('ORGANIZATION', 'o-exampleorgid')
    .replaceAll('REGION', 'us-east-1'),
);
const policies = await rolePolicies();

/** The function of a stack that a stack set made, as it calls KMS through Secrets Manager. */
const caller = {
  principal: `arn:aws:iam::${member}:role/StackSet-rv-access-bundle-BundleFunctionRole-x1Y2z3A4b5C6`,
  'aws:PrincipalOrgID': 'o-exampleorgid',
  'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com',
};

async function mayUse(action: string, { principal, ...context }: typeof caller): Promise<boolean> {
  // As AWS's list of condition keys has it, and with it the simulator.
  const placeholder = `kms:EncryptionContext:\${EncryptionContextKey}`;
  const result = await runSimulation(
    {
      request: {
        principal,
        action,
        resource: { resource: key, accountId: central },
        contextVariables: {
          ...context,
          'aws:PrincipalArn': principal,
          [placeholder]: `arn:aws:secretsmanager:us-east-1:${member}:secret:rv-access/redislabs-user-AbCdEf`,
        },
      },
      identityPolicies: policies.map(({ PolicyName, PolicyDocument }) => ({
        name: PolicyName,
        policy: JSON.parse(
          JSON.stringify(PolicyDocument).replaceAll('kms:EncryptionContext:SecretARN', placeholder),
        ),
      })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy,
    },
    {},
  );
  if (result.resultType !== 'single') throw new Error(JSON.stringify(result));
  return result.overallResult === 'Allowed';
}

test.each(withKey)('the function of a member account may call %s on the central key', async (action) => {
  expect(await mayUse(action, caller)).toBe(true);
});

test.each([
  ['another role', { principal: `arn:aws:iam::${member}:role/payments` }],
  ['another organization', { 'aws:PrincipalOrgID': 'o-stranger' }],
  ['another service', { 'kms:ViaService': 's3.us-east-1.amazonaws.com' }],
])('%s may not', async (_who, change) => {
  for (const action of withKey) expect(await mayUse(action, { ...caller, ...change })).toBe(false);
});
