import { json } from './answers.ts';
import type { Switches } from './switches.ts';
import type { CloudRequest, CloudResponse } from './types.ts';

/** The answer to who may not ask this, whatever it is. */
export function denialOf({ method, headers }: CloudRequest, switches: Switches): CloudResponse | undefined {
  const { accountKey, ownerKey, viewerKey, addressAllowed, byoc, unauthorized } = switches;
  const user = headers['x-api-secret-key'];
  if (headers['x-api-key'] !== accountKey || (user !== ownerKey && user !== viewerKey))
    return unauthorized === 'json'
      ? json(401, 'Authentication error: Authentication failed for provided credentials')
      : {
          status: 401,
          headers: { 'content-type': 'text/html' },
          body: '<html><head><title>401 Authorization Required</title></head></html>',
        };
  if (!addressAllowed || (method !== 'GET' && user === viewerKey)) return json(403, { message: 'Forbidden' });
  if (!byoc) return json(412, { description: 'Feature flag for this flow is off' });
  if (headers['content-type'] !== 'application/json') return json(415, {});
  return undefined;
}
