import type { Identity } from '../bundle/bundle-id.ts';
import { parseStackId } from '../bundle/stack.ts';
import { type Request, requestKey } from '../ledger/history.ts';
import type { CustomResourceEvent } from './event.ts';

/** @throws TypeError if the event's stack id is none */
export function identityOf({ StackId, LogicalResourceId }: CustomResourceEvent): Identity {
  const stack = parseStackId(String(StackId));
  return { stack, logicalId: LogicalResourceId, providerStackId: process.env.STACK_ID || stack.id };
}

/** What the ledger knows a request by. A second delivery is the same to the letter; a repetition has a new URL. */
export function requestOf({ RequestType, RequestId, ResponseURL }: CustomResourceEvent): Request {
  return {
    key: requestKey(RequestType, RequestId, ResponseURL),
    kind: RequestType,
    sentAt: /X-Amz-Date=(\d{8}T\d{6}Z)/.exec(ResponseURL)?.[1],
  };
}
