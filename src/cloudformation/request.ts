import { requestKey } from '../ledger/history.ts';
import type { Request } from '../ledger/state.ts';
import type { CustomResourceEvent } from './event.ts';

/** By how much CloudFormation's clock may be ahead of ours, in milliseconds. */
const CLOCKS_APART = 60_000;

/**
 * When a request was sent, by its URL: never later than now. A date from the future is nobody's but a forger's, and would
 * make every request after it a late one.
 */
function sentAtOf(responseUrl: string): string | undefined {
  const told = /X-Amz-Date=(\d{8}T\d{6}Z)/.exec(responseUrl)?.[1];
  const latest = new Date(Date.now() + CLOCKS_APART).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return told && told > latest ? latest : told;
}

/** What the ledger knows a request by. A second delivery is the same to the letter; a repetition has a new URL. */
export function requestOf({ RequestType, RequestId, ResponseURL }: CustomResourceEvent): Request {
  return {
    key: requestKey(RequestType, RequestId, ResponseURL),
    kind: RequestType,
    sentAt: sentAtOf(ResponseURL),
  };
}
