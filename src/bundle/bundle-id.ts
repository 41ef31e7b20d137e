import { createHash } from 'node:crypto';
import type { BundleProperties } from './properties.ts';
import { parseStackId, type Stack } from './stack.ts';

/** Which bundle this is, apart from its names: a resource of a stack. */
export interface Identity {
  stack: Stack;
  logicalId: string;
  /** The stack of the function, which may be another than the bundle's. */
  providerStackId: string;
}

/** @throws TypeError if the stack's id is none */
export function identityOf(stackId: unknown, logicalId: unknown): Identity {
  const stack = parseStackId(String(stackId));
  return { stack, logicalId: String(logicalId), providerStackId: process.env.STACK_ID || stack.id };
}

const hash = (...parts: string[]) =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);

/**
 * The value of the tag `rv-access:bundle` and the key of the ledger's item: it names the resource of the stack, whatever
 * the names of what it owns, so it never changes.
 */
export function bundleTag({ stack, logicalId }: Identity): string {
  return `rv-access/${stack.name}/${logicalId.slice(0, 64)}/${hash(stack.id, logicalId)}`;
}

/** The properties that name what the bundle makes. Their order is part of the physical id. */
export const NAMES = [
  'InstanceRoleName',
  'InstancePolicyName',
  'UserName',
  'UserPolicyName',
  'ConsoleRoleName',
  'SecretName',
] as const;

/**
 * The physical id: a pure function of the stack, the logical id and the names of all resources (the console role counts
 * even if `ConsoleAccess` leaves it out). The same request yields the same id, another name another one, which makes
 * CloudFormation replace the bundle: each id is a generation. At most 256 characters.
 */
export function physicalId(identity: Identity, properties: BundleProperties): string {
  const names = hash(...NAMES.map((name) => properties[name]));
  return `${bundleTag(identity)}-${names}`;
}

/** Whether an id is one that `physicalId` gave, and not one that CloudFormation invented. */
export function isPhysicalId(id: string | undefined): id is string {
  return /^rv-access\/[^/]+\/[^/]+\/[0-9a-f]{16}-[0-9a-f]{16}$/.test(id ?? '');
}

/** The name of the stack that a bundle's tag tells of. */
export function stackNameOf(tag: string): string | undefined {
  return tag.startsWith('rv-access/') ? tag.split('/')[1] : undefined;
}
