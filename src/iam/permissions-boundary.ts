import { absent } from '../aws/error-codes.ts';
import { mustWrite, type Step } from '../resource/change.ts';

/**
 * What makes the permissions boundary of a user or role the desired one. One that somebody else set is removed by nobody:
 * only what a state before may have set is.
 *
 * @param observedArn the boundary that a read has shown
 * @param mayBe desired states that may be in force; undefined stands for anything
 */
export function boundaryChange(
  observedArn: string | undefined,
  desired: { boundaryArn: string },
  mayBe: ({ boundaryArn: string } | undefined)[],
  call: { put(arn: string): Promise<unknown>; remove(): Promise<unknown> },
): { difference: string; apply: Step } | undefined {
  const { boundaryArn } = desired;
  const difference = `its permissions boundary is ${observedArn ?? 'none'} and should be ${boundaryArn || 'none'}`;
  if (boundaryArn)
    return mustWrite(observedArn === boundaryArn, desired, mayBe, (state) => state.boundaryArn)
      ? { difference, apply: () => call.put(boundaryArn) }
      : undefined;
  const ours = mayBe.flatMap((state) => state?.boundaryArn || []);
  const wasOurs = ours.length > 0 && (!observedArn || ours.includes(observedArn));
  return wasOurs ? { difference, apply: () => absent(call.remove()) } : undefined;
}
