import middy, { type MiddlewareObj } from '@middy/core';
import { RESERVED_FOR_ANSWER_MS } from '../aws/times.ts';
import { DeadlineError } from '../errors.ts';
import { log, scrub } from '../log.ts';
import { requestContext } from '../request-context.ts';

/** What a handler is called with: the event, what Lambda tells of the invocation, and the end of its time. */
type Handler<Event, Result> = (
  event: Event,
  context: { invokedFunctionArn?: string },
  options: { signal: AbortSignal },
) => Promise<Result>;

/**
 * The frame of every handler: before the function's time is over, its signal is aborted and it ends with an error that
 * says what it was waiting for. Made for each invocation, which it takes that from.
 *
 * @param ending what becomes of a result or a failure
 */
export function framed<Event, Result>(
  handler: Handler<Event, Result>,
  ending: MiddlewareObj<Event, Result | null> = plainErrors as never,
) {
  return (event: Event, context: object): Promise<Result> => {
    const request = requestContext();
    return middy({
      timeoutEarlyInMillis: RESERVED_FOR_ANSWER_MS,
      timeoutEarlyResponse: () => {
        throw new DeadlineError(request?.waitingFor);
      },
    })
      .use(ending)
      .handler(handler as never)(event, context as never);
  };
}

/** Thrown in place of a failure, which may hold an SDK error with its whole request: Lambda logs what is thrown. */
class FunctionError extends Error {
  override name = 'FunctionError' as const;
}

/** For handlers whose caller is told of a failure by Lambda: in words alone. */
const plainErrors: MiddlewareObj = {
  onError: (request) => {
    const { error } = request;
    const message = scrub(error instanceof Error ? error.message : 'Unknown failure.');
    log({ level: 'error', error: error?.name, message });
    request.error = new FunctionError(message);
  },
};
