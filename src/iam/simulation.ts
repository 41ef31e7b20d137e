import { SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import type { Aws } from '../aws/clients.ts';
import { allPages } from '../aws/paging.ts';
import type { Granted } from '../bundle/granted.ts';

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
 * @param questions actions on one resource, of which IAM is asked at once
 */
export async function simulate(
  aws: Aws,
  PolicySourceArn: string,
  document: string,
  questions: Granted[],
): Promise<TakenAway> {
  const answers = await Promise.all(
    questions.map(({ actions, resource }) =>
      allPages(
        (Marker) =>
          aws.iam(
            new SimulatePrincipalPolicyCommand({
              PolicySourceArn,
              PolicyInputList: [document],
              ActionNames: actions,
              ResourceArns: [resource],
              Marker,
            }),
            // A user or role that was made a moment ago.
            { fresh: true },
          ),
        (page) => page.EvaluationResults,
      ),
    ),
  );
  const results = answers.flat();
  const denied = (by: (one: (typeof results)[number]) => boolean | undefined) =>
    results.filter((one) => by(one) === false).map(({ EvalActionName = '' }) => EvalActionName);
  return {
    byOrganization: denied((one) => one.OrganizationsDecisionDetail?.AllowedByOrganizations),
    byBoundary: denied((one) => one.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary),
  };
}
