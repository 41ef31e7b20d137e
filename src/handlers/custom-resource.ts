import middy from '@middy/core';
import { connect } from '../aws/clients.ts';
import { describeBundle } from '../bundle/bundle.ts';
import { parseProperties } from '../bundle/properties.ts';
import type { CustomResourceEvent, Outcome } from '../cloudformation/event.ts';
import {
  attributesOf,
  convergeRequest,
  identityOf,
  physicalIdOnFailure,
  removeRequest,
} from '../cloudformation/lifecycle.ts';
import { answerCloudFormation } from '../cloudformation/respond.ts';
import { DeadlineError } from '../errors.ts';

/** How long before the function's time-out nothing is begun any more, in milliseconds: CloudFormation must be told. */
const RESERVED_FOR_ANSWER = 15_000;

/**
 * The custom resource: Create and Update make the bundle what the properties say, Delete removes it. What is returned
 * or thrown here becomes the answer to CloudFormation.
 */
async function handleRequest(
  event: CustomResourceEvent,
  _context: unknown,
  { signal }: { signal: AbortSignal },
): Promise<Outcome> {
  if (!event.ResponseURL) throw new TypeError('This is no request of CloudFormation: it has no ResponseURL.');
  const aws = connect(signal);
  const identity = identityOf(event);
  switch (event.RequestType) {
    case 'Create':
    case 'Update': {
      const properties = parseProperties(event.ResourceProperties ?? {}, identity.stack);
      const bundle = describeBundle(identity, properties);
      const converged = await convergeRequest(aws, identity, bundle, properties, event);
      return {
        physicalResourceId: bundle.id,
        data: attributesOf(bundle, converged),
        warnings: converged.warnings,
      };
    }
    case 'Delete':
      await removeRequest(aws, identity, event);
      return { physicalResourceId: event.PhysicalResourceId ?? physicalIdOnFailure(event) };
    default:
      throw new TypeError(
        `"${event.RequestType}" is not a request of CloudFormation: Create, Update or Delete.`,
      );
  }
}

export const handler = middy({
  timeoutEarlyInMillis: RESERVED_FOR_ANSWER,
  timeoutEarlyResponse: () => {
    throw new DeadlineError();
  },
})
  .use(answerCloudFormation(physicalIdOnFailure))
  .handler(handleRequest);
