import { connect } from '../aws/clients.ts';
import { deleteBundle } from '../cloudformation/delete.ts';
import type { CustomResourceEvent, Outcome } from '../cloudformation/event.ts';
import { createOrUpdate, physicalIdOnFailure } from '../cloudformation/lifecycle.ts';
import { answerCloudFormation } from '../cloudformation/respond.ts';
import { framed } from './frame.ts';

/**
 * The custom resource: Create and Update make the bundle what the properties say, Delete removes it. What is returned
 * or thrown here becomes the answer to CloudFormation.
 */
export const handleCustomResource = framed<CustomResourceEvent, Outcome>(
  async (event, { invokedFunctionArn = '' }, { signal }) => {
    const aws = connect(signal);
    switch (event.RequestType) {
      case 'Create':
      case 'Update':
        return createOrUpdate(
          aws,
          event,
          invokedFunctionArn || String(event.ResourceProperties?.ServiceToken),
        );
      case 'Delete':
        return deleteBundle(aws, event);
      default:
        throw new TypeError(
          `"${event.RequestType}" is not a request of CloudFormation: Create, Update or Delete.`,
        );
    }
  },
  answerCloudFormation(physicalIdOnFailure),
);
