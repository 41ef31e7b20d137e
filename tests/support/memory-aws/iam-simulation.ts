import type * as iam from '@aws-sdk/client-iam';
import { invalidInput } from './iam-errors.ts';
import { role, user } from './iam-lookup.ts';
import type { PolicyHolder } from './iam-state.ts';
import type { Operations } from './operation.ts';
import { iamPage } from './pages.ts';
import type { World } from './world.ts';

type Statement = {
  Effect: string;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  Condition?: object;
};

const ALLOW_ALL = '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}';

const matches = (patterns: string | string[], text: string): boolean =>
  [patterns].flat().some((pattern) => {
    const escaped = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    return new RegExp(`^${escaped}$`, 'i').test(text);
  });

/** Whether statements allow an action; those with conditions are left out, as where AWS does not evaluate them. */
function allows(documents: string[], action: string, resource: string): boolean {
  const statements = documents
    .flatMap((document) =>
      [(JSON.parse(document) as { Statement: Statement | Statement[] }).Statement].flat(),
    )
    .filter(({ Condition }) => !Condition)
    .filter(({ Action, NotAction = [] }) => (Action ? matches(Action, action) : !matches(NotAction, action)))
    .filter(({ Resource = '*' }) =>
      resource === '*' ? [Resource].flat().includes('*') : matches(Resource, resource),
    );
  return (
    statements.some(({ Effect }) => Effect === 'Allow') && !statements.some(({ Effect }) => Effect === 'Deny')
  );
}

function principal(world: World, arn = ''): PolicyHolder {
  const [kind, name] = arn.split(':').at(-1)?.split('/') ?? [];
  return kind === 'user' ? user(world, name) : role(world, name);
}

/** A policy of AWS's own allows everything here. */
const documentOf = (world: World, arn: string): string => {
  const policy = world.policies[arn];
  return policy?.versions.find(({ id }) => id === policy.defaultVersionId)?.document ?? ALLOW_ALL;
};

/** IAM judges by two sorts of what an action needs, and not of both at once; its documents do not say which is of which. */
function refuseBothSorts(world: World, actions: string[]): void {
  const [apart, others] = [true, false].map((is) =>
    actions.filter((action) => world.simulatedApart.includes(action) === is),
  ) as [string[], string[]];
  if (apart.length > 0 && others.length > 0)
    throw invalidInput(
      `Invalid Input Actions: [${others}] and [${apart}] require different authorization information. ` +
        'Please refer to the documentation for more details: ' +
        'https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html',
    );
}

/** What the organisation and the boundary make of actions; what the policies of the user or role say is not looked at. */
export const simulationOperations = {
  SimulatePrincipalPolicy(world: World, input: iam.SimulatePrincipalPolicyCommandInput) {
    const { boundaryArn } = principal(world, input.PolicySourceArn);
    const { serviceControlPolicies } = world;
    refuseBothSorts(world, input.ActionNames ?? []);
    const results = (input.ActionNames ?? []).flatMap((action) =>
      (input.ResourceArns ?? ['*']).map((resource) => ({
        EvalActionName: action,
        EvalResourceName: resource,
        EvalDecision: 'allowed' as const,
        ...(serviceControlPolicies.length > 0 && {
          OrganizationsDecisionDetail: {
            AllowedByOrganizations: allows([ALLOW_ALL, ...serviceControlPolicies], action, resource),
          },
        }),
        ...(boundaryArn && {
          PermissionsBoundaryDecisionDetail: {
            AllowedByPermissionsBoundary: allows([documentOf(world, boundaryArn)], action, resource),
          },
        }),
      })),
    );
    const { items, ...page } = iamPage(world, results, input);
    return { ...page, EvaluationResults: items };
  },
} satisfies Operations;
