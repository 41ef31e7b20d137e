import { absent } from '../aws/error-codes.ts';
import { type Change, mustWrite } from '../resource/change.ts';
import { change } from '../resource/resource.ts';

/**
 * What makes a user or role have exactly its own policy of this bundle's: names may have been swapped, so another one of
 * ours may hang on it. It comes before the other one goes.
 */
export function attachmentChanges(
  self: { kind: string; name: string },
  observedArns: string[],
  desired: { policyArn: string },
  mayBe: ({ policyArn: string } | undefined)[],
  ownPolicyArns: string[],
  call: { attach(arn: string): Promise<unknown>; detach(arn: string): Promise<unknown> },
): Change[] {
  const { policyArn } = desired;
  const attach = mustWrite(observedArns.includes(policyArn), desired, mayBe, (state) => state.policyArn);
  const others = ownPolicyArns.filter(
    (arn) =>
      arn !== policyArn && (observedArns.includes(arn) || mayBe.some((state) => state?.policyArn === arn)),
  );
  if (!attach && others.length === 0) return [];
  const missing = attach ? [`${policyArn} is not known to be attached to it`] : [];
  const tooMany = others.map((arn) => `${arn} may be attached to it and should not be`);
  return [
    change(self, [...missing, ...tooMany].join('; '), async () => {
      if (attach) await call.attach(policyArn);
      for (const arn of others) await absent(call.detach(arn));
    }),
  ];
}

/**
 * Policies that the bundle did not attach, as warnings.
 *
 * @param ownPolicyArns those that it did, the one that suspends access among them
 */
export function foreignPolicies(
  { kind, name }: { kind: string; name: string },
  observedArns: string[],
  ownPolicyArns: string[],
): string[] {
  const foreign = observedArns.filter((arn) => !ownPolicyArns.includes(arn));
  return foreign.length > 0
    ? [
        `The ${kind} "${name}" has policies that this bundle did not attach: ${foreign.join(', ')}. They were left.`,
      ]
    : [];
}
