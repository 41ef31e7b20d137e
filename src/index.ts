import { handleCustomResource } from './handlers/custom-resource.ts';
import { withRequestContext } from './request-context.ts';

/** What Lambda runs: which trigger is this? */
export const handler = (event: unknown, context: unknown): Promise<unknown> =>
  withRequestContext(() => handleCustomResource(event as never, context as never));
