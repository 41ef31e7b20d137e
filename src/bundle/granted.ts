import { builtInDocuments } from './policy-documents.ts';
import type { Stack } from './stack.ts';

/** Actions on one resource that a policy grants. */
export interface Granted {
  actions: string[];
  resource: string;
}

interface Statement {
  Effect: string;
  Action?: string | string[];
  Resource?: string | string[];
}

const statementsOf = (document: string) =>
  [(JSON.parse(document) as { Statement: Statement | Statement[] }).Statement].flat();

const actionsOf = ({ Effect, Action }: Statement) => (Effect === 'Allow' && Action ? [Action].flat() : []);

/** What of CloudWatch Redis calls; the policies grant it by wildcards. */
const METRICS = ['DescribeAlarms', 'GetMetricData', 'GetMetricStatistics', 'ListMetrics'];

/** All that Redis calls, by name: what stands for a wildcard. */
function calledByRedis(stack: Stack): string[] {
  const { instanceRole, userRestricted } = builtInDocuments(stack, '', '');
  const named = [instanceRole, userRestricted].flatMap(statementsOf).flatMap(actionsOf);
  return [...named.filter((action) => !action.includes('*')), ...METRICS.map((name) => `cloudwatch:${name}`)];
}

/**
 * What a policy grants, in a form that can be asked about: by name, and on a resource that there can be.
 *
 * @param userName whom a policy variable stands for; undefined: for nobody, and what it grants is left out
 */
export function grantedBy(document: string, stack: Stack, userName: string | undefined): Granted[] {
  const called = calledByRedis(stack);
  const expand = (action: string) => {
    if (!/[*?]/.test(action)) return [action];
    const pattern = action.replaceAll('*', '.*').replaceAll('?', '.');
    return called.filter((name) => new RegExp(`^${pattern}$`, 'i').test(name));
  };
  const byResource = new Map<string, Set<string>>();
  for (const statement of statementsOf(document))
    for (const given of [statement.Resource ?? '*'].flat()) {
      const resource = named(given, stack, userName);
      // A variable that stands for nobody: a role has no user name.
      if (resource.includes('$')) continue;
      const actions = byResource.get(resource) ?? new Set();
      byResource.set(resource, actions);
      for (const action of actionsOf(statement).flatMap(expand)) actions.add(action);
    }
  return [...byResource]
    .filter(([, actions]) => actions.size > 0)
    .map(([resource, actions]) => ({ resource, actions: [...actions] }));
}

/** IAM's variable for who calls. */
const USER_NAME = /\$\{aws:username\}/g;

/** A resource that a pattern stands for. */
function named(pattern: string, { region, accountId }: Stack, userName: string | undefined): string {
  if (pattern === '*') return pattern;
  const [arn, partition, service, inRegion = '', ofAccount = '', ...rest] = pattern
    .replaceAll(USER_NAME, userName ?? '$')
    .split(':');
  const name = rest
    .join(':')
    .replace(/(?<=\w)\*$/, '')
    .replaceAll('*', 'any');
  const [where, whose] = [inRegion.replace(/^\*$/, region), ofAccount.replace(/^\*$/, accountId)];
  return [arn, partition, service, where, whose, name].join(':');
}
