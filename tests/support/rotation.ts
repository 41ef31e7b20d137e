import { dropTimers, settle } from './memory-aws/clock.ts';
import { type Invocation, type Place, startFunction } from './memory-aws/invoke.ts';
import type { Secret } from './memory-aws/secrets-state.ts';

/** The steps of a rotation by Secrets Manager, in their order. */
export const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
export type Step = (typeof STEPS)[number];

/** What Secrets Manager does before the first step of a rotation: a version without a value gets the label AWSPENDING. */
export function beginRotation(secret: Secret, token: string): void {
  if (secret.versions[token]) return;
  for (const version of Object.values(secret.versions))
    version.stages = version.stages.filter((label) => label !== 'AWSPENDING');
  secret.versions[token] = { value: '', stages: ['AWSPENDING'], createdAt: Date.now() };
}

/** Sends a step alone, as whoever may invoke the function can, and lets the clock run until it has ended. */
export async function sendStep(
  place: Place,
  Step: Step,
  SecretId: string,
  ClientRequestToken: unknown,
): Promise<Invocation> {
  const event = { Step, SecretId, ClientRequestToken } as never;
  const invocation = await settle(startFunction(place, event));
  // A process that died has no timers, and beats no more.
  if (invocation.end === 'crashed') dropTimers();
  return invocation;
}
