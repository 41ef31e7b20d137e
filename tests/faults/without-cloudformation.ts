import { LOGICAL_ID, STACK_ID } from '../support/memory-aws/events.ts';
import { STEPS } from '../support/rotation.ts';
import { ailments, namesOf } from './health.ts';
import { note } from './inspection.ts';
import type { Fault, Step } from './life.ts';
import { deliver, type Living, pass } from './living.ts';
import { stepOf, tokenOf } from './rotation.ts';

/** What comes to the function in the life of a stack, and CloudFormation knows nothing of: rotations and checks. */

/**
 * Secrets Manager rotates the secret, or goes on where a rotation has stopped. A step may be refused when there is a cause;
 * a rotation of its own that meets none goes through.
 */
export async function rotate(
  living: Living,
  { steps, anew, fault }: { steps: number; anew: boolean; fault?: Fault | undefined },
): Promise<void> {
  const { story, findings } = living;
  const { properties = {} } = story.stack;
  const { secret } = namesOf(properties);
  if (
    story.stack.id === undefined ||
    !story.place.aws.secrets[secret] ||
    story.place.aws.secrets[secret].deletion
  )
    return;
  const goesOn = living.rotation !== undefined && !anew;
  living.rotation = goesOn ? living.rotation : tokenOf(++living.rotations);
  const token = living.rotation ?? '';
  for (const [index, name] of STEPS.slice(0, steps).entries()) {
    const request = stepOf(story, name, token, secret);
    const { invocation, hit } = await deliver(living, request, index === steps - 1 ? fault : undefined);
    pass(2);
    if (invocation.end === 'returned') continue;
    const cause =
      hit || goesOn || living.blocked || living.drifted || living.unsettled || !properties.RotationDays;
    note(
      findings,
      'no step of a rotation fails without a cause',
      cause ? [] : [`${name}: ${invocation.thrown}`],
    );
    return;
  }
  if (steps < STEPS.length) return;
  living.rotation = undefined;
  const { id = '' } = story.stack;
  const ill =
    living.drifted || living.unsettled ? [] : ailments(story.place.aws, properties, id, story.byHand);
  note(findings, 'the bundle is healthy after a rotation', ill);
}

/** The daily check comes; a repair leaves a healthy bundle. */
export async function check(
  living: Living,
  { mode, fault }: Extract<Step, { does: 'check' }>,
): Promise<void> {
  const { story, findings } = living;
  if (story.stack.id === undefined) return;
  const event = { source: 'rv-access.check', stackId: STACK_ID, logicalResourceId: LOGICAL_ID, mode };
  const { invocation, hit } = await deliver(living, { name: 'check', event: event as never }, fault);
  const cause = hit || living.blocked || living.drifted;
  note(
    findings,
    'no check fails without a cause',
    invocation.end === 'returned' || cause ? [] : [`${invocation.thrown}`],
  );
}
