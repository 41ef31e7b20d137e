import { SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import type { Aws } from '../aws/clients.ts';
import { allPages } from '../aws/paging.ts';

/** What IAM is asked about at once: actions on one resource. */
export interface Question {
  actions: string[];
  resource: string;
}

/** Actions that something else than the policies of a user or role takes away. */
export interface TakenAway {
  byOrganization: string[];
  byBoundary: string[];
}

/**
 * Asks IAM what it would make of calls of a user or role. Statements with conditions in service control policies are not
 * evaluated by it.
 *
 * @param document what the user or role is granted, as its policy may not be known to be attached yet
 */
export async function simulate(
  aws: Aws,
  PolicySourceArn: string,
  document: string,
  questions: Question[],
): Promise<TakenAway> {
  const answers = await Promise.all(
    questions.map(({ actions, resource }) =>
      allPages(async (Marker) => {
        const page = await aws.iam(
          new SimulatePrincipalPolicyCommand({
            PolicySourceArn,
            PolicyInputList: [document],
            ActionNames: actions,
            ResourceArns: [resource],
            MaxItems: 1000,
            Marker,
          }),
          // A user or role that was made a moment ago.
          { fresh: true },
        );
        return { items: page.EvaluationResults, marker: page.Marker };
      }),
    ),
  );
  const results = answers.flat();
  const named = (found: typeof results) => found.map(({ EvalActionName = '' }) => EvalActionName);
  return {
    byOrganization: named(
      results.filter((each) => each.OrganizationsDecisionDetail?.AllowedByOrganizations === false),
    ),
    byBoundary: named(
      results.filter(
        (each) => each.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false,
      ),
    ),
  };
}
