import type { LocalAws } from '../local/aws.ts';
import { eventLedgerEnvironment, putEventLedger } from '../local/cloudformation/event-function.ts';
import type { ResponseServer } from '../local/cloudformation/response-server.ts';

/**
 * What a function finds the local AWS by, its ledger and who waits for its answers. Makes the ledger's table in the
 * account, which is the template's work and not the function's.
 */
export async function preparedEnvironment(
  aws: LocalAws,
  responses: Pick<ResponseServer, 'origin'>,
  accountId = aws.accountId,
): Promise<Record<string, string>> {
  const environment = aws.env('us-east-1', accountId);
  await putEventLedger(environment);
  return { ...environment, ...eventLedgerEnvironment, RESPONSE_URL_ORIGIN: responses.origin };
}
