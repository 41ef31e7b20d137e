import type { Role } from '@aws-sdk/client-iam';
import { absent } from '../aws/error-codes.ts';
import type { DesiredHolder } from '../bundle/bundle.ts';
import { fromAwsTags, type Tags } from '../bundle/tags.ts';
import { type Change, changeIf, mustWrite } from '../resource/change.ts';
import type { Hanging } from '../resource/deletion.ts';
import type { Resource } from '../resource/resource.ts';

export interface ObservedHolder {
  tags: Tags;
  boundaryArn: string | undefined;
  policyArns: string[];
  /** Of a role: who may assume it; URL-encoded, as IAM gives it. */
  trust?: string | undefined;
  /** When a role was last used; absent if it never was. */
  lastUsed?: Date | undefined;
}

/** The calls that IAM has for users and for roles alike, for one of them. */
export interface HolderCalls {
  /** What IAM says of it; of a user, what a user has of this. */
  get(): Promise<Partial<Role> | undefined>;
  tag(tags: Tags): Promise<unknown>;
  untag(keys: string[]): Promise<unknown>;
  putBoundary(arn: string): Promise<unknown>;
  removeBoundary(): Promise<unknown>;
  attach(arn: string): Promise<unknown>;
  /** The managed policies attached to it, by their ARNs. */
  policies: Hanging;
}

/**
 * What users and roles have in common: one policy of the bundle's, and perhaps a permissions boundary. What else somebody
 * attached to it stays.
 */
export function holder<Desired extends DesiredHolder>(
  kind: 'user' | 'role',
  calls: HolderCalls,
  desired: Desired,
  create: () => Promise<unknown>,
): Resource<Desired, ObservedHolder> {
  return {
    kind,
    desired,
    keyCase: 'ignored',
    async observe() {
      const [found, policyArns] = await Promise.all([calls.get(), calls.policies.list()]);
      return (
        found && {
          tags: fromAwsTags(found.Tags),
          boundaryArn: found.PermissionsBoundary?.PermissionsBoundaryArn,
          policyArns,
          trust: found.AssumeRolePolicyDocument,
          lastUsed: found.RoleLastUsed?.LastUsedDate,
        }
      );
    },
    async create() {
      await create();
      return { tags: desired.tags, boundaryArn: desired.boundaryArn || undefined, policyArns: [] };
    },
    tag: calls.tag,
    untag: calls.untag,
    diff: (observed, mayBe, ownPolicyArns) => [
      ...boundaryChanges(calls, observed, desired, mayBe),
      ...attachmentChanges(calls, observed, desired, mayBe, ownPolicyArns),
    ],
    warnings({ policyArns }, ownPolicyArns) {
      const foreign = policyArns.filter((arn) => !ownPolicyArns.includes(arn));
      if (foreign.length === 0) return [];
      const title = `The ${kind} "${desired.name}"`;
      return [
        `${title} has policies that this bundle did not attach: ${foreign.join(', ')}. They were left.`,
      ];
    },
  };
}

/** A boundary that somebody else set is removed by nobody: only what a state before may have set is. */
function boundaryChanges(
  calls: HolderCalls,
  { boundaryArn: observedArn }: ObservedHolder,
  desired: DesiredHolder,
  mayBe: (DesiredHolder | undefined)[],
): Change[] {
  const { boundaryArn } = desired;
  const difference = `its permissions boundary is ${observedArn ?? 'none'} and should be ${boundaryArn || 'none'}`;
  if (boundaryArn)
    return changeIf(
      mustWrite(observedArn === boundaryArn, desired, mayBe, (state) => state.boundaryArn),
      difference,
      () => calls.putBoundary(boundaryArn),
    );
  const ours = mayBe.flatMap((state) => state?.boundaryArn || []);
  const wasOurs = ours.length > 0 && (!observedArn || ours.includes(observedArn));
  return changeIf(wasOurs, difference, () => absent(calls.removeBoundary()));
}

/** Names may have been swapped, so another policy of ours may hang on it: the right one comes before that one goes. */
function attachmentChanges(
  { attach, policies }: HolderCalls,
  { policyArns }: ObservedHolder,
  desired: DesiredHolder,
  mayBe: (DesiredHolder | undefined)[],
  ownPolicyArns: string[],
): Change[] {
  const { policyArn } = desired;
  const lacks = mustWrite(policyArns.includes(policyArn), desired, mayBe, (state) => state.policyArn);
  const others = ownPolicyArns.filter(
    (arn) =>
      arn !== policyArn &&
      (policyArns.includes(arn) || mayBe.some((state) => !state || state.policyArn === arn)),
  );
  const missing = lacks ? [`${policyArn} is not known to be attached to it`] : [];
  const tooMany = others.map((arn) => `${arn} may be attached to it and should not be`);
  return changeIf(lacks || others.length > 0, [...missing, ...tooMany].join('; '), async () => {
    if (lacks) await attach(policyArn);
    for (const arn of others) await absent(policies.takeOff(arn));
  });
}
