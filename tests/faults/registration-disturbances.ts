import type { Place } from '../support/memory-aws/invoke.ts';
import { FAULT_KINDS } from './fault-kinds.ts';
import { redis } from './registration-scenarios.ts';
import { arm, REDIS_FAULTS } from './registration-sweep.ts';

/**
 * Lets something go wrong in what comes next: at Redis, at AWS, or nothing after all.
 *
 * @param number of the request to Redis
 * @returns what, in words
 */
export function disturb(
  { aws }: Place,
  number: number,
  oneOf: <T>(choices: readonly T[]) => T,
  below: (limit: number) => number,
): string {
  const kind = oneOf(['redis', 'redis', 'refusal', 'aws', 'nothing']);
  if (kind === 'redis') {
    const fault = oneOf(REDIS_FAULTS);
    arm({ number, what: '' }, { ...fault, lasts: false });
    return `${fault.name} at request ${number}`;
  }
  if (kind === 'refusal') {
    const type = oneOf([
      'GENERAL_ERROR',
      'CLOUD_ACCOUNT_INVALID_CREDS',
      'BAD_REQUEST',
      'CLOUD_ACCOUNT_NAME_EXISTS',
    ]);
    redis.standIn.refuse(oneOf(['Create', 'Update', 'Delete']), type, 1 + below(3));
    return type;
  }
  if (kind === 'nothing') return kind;
  const fault = oneOf(FAULT_KINDS);
  const call = aws.calls.length + below(60);
  aws.failCall(call, fault.fault, fault.times);
  return `${fault.name} at call ${call}`;
}

/** Lets everything go well from now on. */
export function undisturb({ aws }: Place): void {
  redis.gate = undefined;
  redis.standIn.faults.length = 0;
  redis.standIn.tasks.planned.length = 0;
  aws.faults.length = 0;
}
