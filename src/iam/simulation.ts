import { type EvaluationResult, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
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
  const ask = async ({ actions, resource }: Granted): Promise<EvaluationResult[]> => {
    const command = (Marker: string | undefined) =>
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn,
        PolicyInputList: [document],
        ActionNames: actions,
        ResourceArns: [resource],
        Marker,
      });
    try {
      return await allPages(
        // A user or role that was made a moment ago.
        (Marker) => aws.iam(command(Marker), { fresh: true }),
        (page) => page.EvaluationResults,
      );
    } catch (error) {
      const apart = notTogether(actions, error as Error).map((group) => ask({ actions: group, resource }));
      if (apart.length === 0) throw error;
      return (await Promise.all(apart)).flat();
    }
  };
  const results = (await Promise.all(questions.map(ask))).flat();
  const denied = (by: (one: (typeof results)[number]) => boolean | undefined) =>
    results.filter((one) => by(one) === false).map(({ EvalActionName = '' }) => EvalActionName);
  return {
    byOrganization: denied((one) => one.OrganizationsDecisionDetail?.AllowedByOrganizations),
    byBoundary: denied((one) => one.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary),
  };
}

/**
 * IAM refuses to judge some actions together, by no rule that its documents give, and names two groups:
 * "Invalid Input Actions: [ec2:A,ec2:B] and [ec2:C] require different authorization information."
 *
 * @returns the two groups; none if that is not what it says
 */
function notTogether(actions: string[], { message }: Error): string[][] {
  const [, first = ''] = /Invalid Input Actions: \[(.*?)\]/.exec(message) ?? [];
  const isFirst = (action: string) => first.split(/, */).includes(action);
  const groups = [actions.filter(isFirst), actions.filter((action) => !isFirst(action))];
  return groups.every((group) => group.length > 0) ? groups : [];
}
