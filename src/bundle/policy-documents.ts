import { createHash } from 'node:crypto';
import instanceRole from '../../policies/instance-role.json' with { type: 'json' };
import trustConsole from '../../policies/trust-console.json' with { type: 'json' };
import trustEc2 from '../../policies/trust-ec2.json' with { type: 'json' };
import userRestricted from '../../policies/user-restricted.json' with { type: 'json' };
import { type Stack, urlSuffix } from './stack.ts';

/**
 * The documents under `policies/`, as they reach IAM: JSON texts, with the placeholders filled (`<<Partition>>` and the like: a syntax that cannot be taken for IAM's own
 * `${aws:username}`, which must reach IAM as it stands).
 */
export function builtInDocuments(stack: Stack, nodeRole: string, redisAccountId: string) {
  const values: Record<string, string> = {
    Partition: stack.partition,
    UrlSuffix: urlSuffix(stack.partition),
    NodeRole: nodeRole,
    RedisAccountId: redisAccountId,
  };
  const fill = (document: unknown) =>
    JSON.stringify(document).replace(/<<(\w+)>>/g, (_, name: string) => values[name] as string);
  return {
    instanceRole: fill(instanceRole),
    userRestricted: fill(userRestricted),
    trustEc2: fill(trustEc2),
    trustConsole: fill(trustConsole),
  };
}

/**
 * Whether two policy documents say the same: the order of keys and of list items does not count, nor whether a single
 * item is a list. IAM gives documents back URL-encoded. A live document that is no JSON equals nothing.
 */
export function sameDocument(live: string | undefined, desired: string): boolean {
  try {
    return canonical(JSON.parse(decodeURIComponent(live ?? ''))) === canonical(JSON.parse(desired));
  } catch {
    return false;
  }
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) {
    const items = value.map(canonical).sort();
    return items.length === 1 ? (items[0] as string) : `[${items}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${pairs.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`)}}`;
  }
  return JSON.stringify(String(value));
}

/**
 * Which edition of the policies a bundle has: a digest of the built-in documents, 16 hex digits, the same for any order
 * of their keys, and that of the template's `PolicyRevision`; `custom` if documents were given.
 */
export function policyEdition(given: {
  InstancePolicyDocument?: string | undefined;
  UserPolicyDocument?: string | undefined;
}): string {
  if (given.InstancePolicyDocument || given.UserPolicyDocument) return 'custom';
  const documents = [instanceRole, trustConsole, trustEc2, userRestricted].map(sorted);
  return createHash('sha256').update(documents.join('\n')).digest('hex').slice(0, 16);
}

/** JSON text with the keys in order. */
function sorted(document: unknown): string {
  return JSON.stringify(document, (_key, part) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
