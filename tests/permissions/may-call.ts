import { runSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import { accountId, type InlinePolicy, type PolicyDocument, type Statement } from './role.ts';

/** Condition keys and their values, such as `aws:ResourceTag/rv-access:stack`. */
export type Context = Record<string, string | string[]>;

/** One question that AWS asks before it does what was called for. A call may lead to several. */
export interface Authorization {
  /** Such as `iam:CreateUser`. */
  action: string;
  /** An ARN, or `*` where the action has no resource. */
  resource: string;
  context?: Context;
}

/** What a KMS key has unless its owner wrote another: the account's IAM policies decide. */
const defaultKeyPolicy = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: 'kms:*', Resource: '*' },
  ],
};

const fullAccess = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

/** What else decides, besides the policies of whoever calls. */
export interface Around {
  /** Service control policies of the account besides the one that allows everything. */
  organisation?: Statement[];
  /** The permissions boundary. */
  boundary?: PolicyDocument;
  /** The trust of the role that is to be assumed. */
  trust?: PolicyDocument;
  /** ARN of who calls; the function's role if it does not matter. */
  principal?: string;
}

/**
 * Whether somebody with these policies passes, as IAM would judge: resources, conditions, allows and denies.
 *
 * @throws Error if IAM knows no such action, resource or condition key, or takes a policy for malformed
 */
export async function mayCall(
  policies: InlinePolicy[],
  { action, resource, context = {} }: Authorization,
  { organisation = [], boundary, trust, principal = `arn:aws:iam::${accountId}:role/function` }: Around = {},
): Promise<boolean> {
  const simulation: Simulation = {
    request: {
      principal,
      action,
      resource: { resource, accountId },
      contextVariables: withPlaceholder(context),
    },
    identityPolicies: policies.map(({ PolicyName, PolicyDocument }) => ({
      name: PolicyName,
      policy: withPlaceholder(PolicyDocument),
    })),
    serviceControlPolicies: [
      {
        orgIdentifier: 'r-root',
        policies: [
          { name: 'FullAWSAccess', policy: fullAccess },
          { name: 'rules', policy: { Version: '2012-10-17', Statement: organisation } },
        ].filter(({ policy }) => policy.Statement.length > 0),
      },
    ],
    resourceControlPolicies: [],
    ...(boundary && { permissionBoundaryPolicies: [{ name: 'boundary', policy: boundary }] }),
    ...(action.startsWith('kms:') && { resourcePolicy: defaultKeyPolicy }),
    ...(trust && { resourcePolicy: trust }),
  };
  const result = await runSimulation(simulation, {});
  if (result.resultType !== 'single')
    throw new Error(
      `${action} on ${resource}: ${JSON.stringify('errors' in result ? result.errors : 'is a wildcard')}`,
    );
  const unknown = result.result.ignoredContextKeys ?? [];
  if (unknown.length > 0)
    throw new Error(`${action} on ${resource} has no condition key ${unknown.join(', ')}.`);
  return result.overallResult === 'Allowed';
}

/** AWS's list of condition keys has a placeholder where the key of the encryption context stands; the simulator keeps it. */
function withPlaceholder<Part extends object>(part: Part): Part {
  const key = 'kms:EncryptionContext:';
  return JSON.parse(JSON.stringify(part).replaceAll(`${key}SecretARN`, `${key}\${EncryptionContextKey}`));
}
