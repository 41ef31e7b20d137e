import type { Tags } from './iam-state.ts';
import type { Service } from './operations.ts';
import { findSecret } from './secrets-lookup.ts';
import type { World } from './world.ts';

export type Kind = 'user' | 'role' | 'policy' | 'instance-profile' | 'secret';

/** The entity that a call is about, with its tags as they were before; without tags: it did not exist. */
export type Target = { kind: Kind; name: string; tags?: Tags };

/** One call as the code under test made it; the SDK's retries are tries of the same call. */
export type Call = {
  /** The first call is 0. */
  number: number;
  service: Service;
  action: string;
  /** As it was sent, secrets included: never print it. */
  input: Readonly<Record<string, unknown>>;
  mutating: boolean;
  /** The name of the run that made it, if it was made in one. */
  run?: string;
  target?: Target;
  tries: number;
  /** How often AWS did what was asked: 2 after a lost answer and a retry. */
  applied: number;
  /** The name of the error that came back. */
  error?: string;
  /** Moments on one scale for all calls: a call that started after another had ended has the greater `startedAt`. */
  startedAt: number;
  endedAt?: number;
  /** `Date.now()` at the start. */
  time: number;
};

const READS = /^(Get|List|Describe|Simulate)/;

export const isMutating = (action: string): boolean => !READS.test(action);

/** What a call is about. Attaching a policy is about who it is attached to, not about the policy. */
export function targetOf(world: World, service: Service, input: Call['input']): Target | undefined {
  const text = (key: string) => (typeof input[key] === 'string' ? (input[key] as string) : undefined);
  const found = (kind: Kind, name: string, entity: { tags: Tags } | undefined): Target => ({
    kind,
    name,
    ...(entity ? { tags: { ...entity.tags } } : {}),
  });
  const same = <T extends { name: string }>(all: Record<string, T>, name: string) =>
    Object.values(all).find((entity) => entity.name.toLowerCase() === name.toLowerCase());

  if (service === 'secretsmanager') {
    const id = text('SecretId') ?? text('Name');
    return id === undefined ? undefined : found('secret', id, findSecret(world, id));
  }
  if (service === 'dynamodb') return undefined;
  const profile = text('InstanceProfileName');
  if (profile) return found('instance-profile', profile, same(world.instanceProfiles, profile));
  const user = text('UserName');
  if (user) return found('user', user, same(world.users, user));
  const role = text('RoleName');
  if (role) return found('role', role, same(world.roles, role));
  const [kind, source] = text('PolicySourceArn')?.split(/[:/]/).slice(-2) ?? [];
  if (source && kind === 'user') return found('user', source, same(world.users, source));
  if (source) return found('role', source, same(world.roles, source));
  const policy = text('PolicyArn') ?? text('PolicyName');
  if (!policy) return undefined;
  const entity = world.policies[policy] ?? same(world.policies, policy);
  return found('policy', policy, entity);
}

/** The longest chain of calls each of which started after the one before had ended. */
export function depth(calls: Call[]): number {
  const chains: { endedAt: number; length: number }[] = [];
  for (const call of calls.toSorted((a, b) => a.startedAt - b.startedAt)) {
    const before = chains.filter(({ endedAt }) => endedAt < call.startedAt).map(({ length }) => length);
    chains.push({ endedAt: call.endedAt ?? Number.POSITIVE_INFINITY, length: Math.max(0, ...before) + 1 });
  }
  return Math.max(0, ...chains.map(({ length }) => length));
}
