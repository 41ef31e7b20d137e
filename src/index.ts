import { handleCheck, isCheck } from './handlers/check.ts';
import { handleCustomResource } from './handlers/custom-resource.ts';
import { handleRotation, isRotation } from './handlers/rotation.ts';
import { withRequestContext } from './request-context.ts';

/** What Lambda runs: which trigger is this? */
export const handler = (event: unknown, context: object): Promise<unknown> =>
  withRequestContext(() => {
    if (isCheck(event)) return handleCheck(event, context);
    if (isRotation(event)) return handleRotation(event, context);
    return handleCustomResource(event as never, context);
  });
