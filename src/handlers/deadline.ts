import middy from '@middy/core';
import { RESERVED_FOR_ANSWER_MS } from '../aws/times.ts';
import { DeadlineError } from '../errors.ts';
import { requestContext } from '../request-context.ts';

/**
 * The frame of every handler: before the function's time is over, its signal is aborted and it ends with an error that
 * says what it was waiting for. Made for each invocation, which it takes that from.
 */
export function withDeadline() {
  const context = requestContext();
  return middy({
    timeoutEarlyInMillis: RESERVED_FOR_ANSWER_MS,
    timeoutEarlyResponse: () => {
      throw new DeadlineError(context?.waitingFor);
    },
  });
}
