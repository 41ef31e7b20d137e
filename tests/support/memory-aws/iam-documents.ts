import { limitExceeded, malformedPolicy } from './iam-errors.ts';
import { referred } from './iam-lookup.ts';
import type { World } from './world.ts';

const MANAGED_POLICY_SIZE = 6144;
const TRUST_POLICY_SIZE = 2048;

type Statement = { Principal?: string | Record<string, string | string[]> };

function statements(document: string): Statement[] {
  let parsed: { Statement?: Statement | Statement[] } | null;
  try {
    parsed = JSON.parse(document);
  } catch {
    throw malformedPolicy('Syntax errors in policy.');
  }
  if (typeof parsed !== 'object' || !parsed?.Statement) throw malformedPolicy('Syntax errors in policy.');
  return [parsed.Statement].flat();
}

function checkSize(document: string, quota: string, limit: number): void {
  if (document.replaceAll(/\s/g, '').length > limit) throw limitExceeded(quota, limit);
}

/** Refuses what IAM refuses of a managed policy's document; white space does not count. */
export function checkPolicyDocument(document: string | undefined): string {
  const text = document ?? '';
  for (const statement of statements(text)) {
    if (statement.Principal) throw malformedPolicy('Policy document should not specify a principal.');
  }
  checkSize(text, 'PolicySize', MANAGED_POLICY_SIZE);
  return text;
}

/** Refuses what IAM refuses of a trust policy: principals that it does not know, or not yet. */
export function checkTrustDocument(world: World, document: string | undefined): string {
  const text = document ?? '';
  for (const { Principal } of statements(text)) {
    if (!Principal) throw malformedPolicy('Missing required field Principal');
    const named = typeof Principal === 'string' ? [] : [Principal.AWS ?? []].flat();
    for (const principal of named) checkPrincipal(world, principal);
  }
  checkSize(text, 'ACLSizePerRole', TRUST_POLICY_SIZE);
  return text;
}

function checkPrincipal(world: World, principal: string): void {
  const refused = malformedPolicy(`Invalid principal in policy: "AWS":"${principal}"`);
  const [, , , , account = principal, name] = principal.split(':');
  if (principal.startsWith('arn:') && !principal.startsWith(`arn:${world.partition}:`)) throw refused;
  if (!/^(\d{12}|\*)$/.test(account) || world.unknownAccounts.includes(account)) throw refused;
  if (account !== world.accountId || name === undefined || name === 'root') return;
  const entity = [...Object.values(world.users), ...Object.values(world.roles)].find(
    (each) => each.arn === principal,
  );
  try {
    if (entity) referred(world, entity);
  } catch {
    throw refused;
  }
  if (!entity) throw refused;
}
