import type { MiddlewareObj } from '@middy/core';
import { log, scrub } from '../log.ts';

/** Thrown in place of a failure, which may hold an SDK error with its whole request: Lambda logs what is thrown. */
class FunctionError extends Error {
  override name = 'FunctionError' as const;
}

/** For handlers whose caller is told of a failure by Lambda: in words alone. */
export const plainErrors = (): MiddlewareObj => ({
  onError: (request) => {
    const { error } = request;
    const message = scrub(error instanceof Error ? error.message : 'Unknown failure.');
    log({ level: 'error', error: error?.name, message });
    request.error = new FunctionError(message);
  },
});
