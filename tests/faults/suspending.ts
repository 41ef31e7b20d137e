import type { Properties } from '../support/memory-aws/events.ts';
import type { Fault, Step } from './life.ts';
import { insist, type Living, pass, send, status } from './living.ts';
import { reverse, type Stack, update } from './stack.ts';
import { rotate } from './without-cloudformation.ts';

/**
 * Access is suspended, which locks Redis out at once, and made active again. An Update that fails on the way is taken back
 * by CloudFormation.
 */
export async function suspend(living: Living, step: Extract<Step, { does: 'suspend' }>): Promise<void> {
  const { story } = living;
  const active = story.stack.properties ?? {};
  const suspended = { ...active, Access: 'Suspended' };
  story.watch.promised.clear();
  if (!(await changeTo(living, suspended, step.fault))) return;
  pass(20);
  living.unsettled = true;
  if (step.rotates) await rotate(living, { steps: 4, anew: true });
  living.unsettled = false;
  if (await changeTo(living, active, step.resumeFault)) return;
  await insist(living, () => update(story.stack, active));
}

/** @returns whether the Update succeeded; else it has been taken back */
async function changeTo(living: Living, properties: Properties, fault: Fault | undefined): Promise<boolean> {
  const { story } = living;
  const before: Stack = { ...story.stack };
  const invocation = await send(living, update(before, properties), fault);
  if (status(invocation) === 'SUCCESS') return true;
  pass(invocation.end === 'crashed' ? 360 : 2);
  await insist(living, () => reverse(before, story.stack, properties));
  return false;
}
