import { handleCheck, isCheck } from './handlers/check.ts';
import { handleCustomResource } from './handlers/custom-resource.ts';
import { handleRotation, isRotation } from './handlers/rotation.ts';
import { withRequestContext } from './request-context.ts';

/** What Lambda runs: which trigger is this? */
export const handler = (event: unknown, context: unknown): Promise<unknown> =>
  withRequestContext(() => {
    if (isCheck(event)) return handleCheck(event, context as never);
    if (isRotation(event)) return handleRotation(event, context as never);
    return handleCustomResource(event as never, context as never);
  });
