import type { Call } from './calls.ts';
import { dynamodbError, ledgerServiceFailure } from './dynamodb-errors.ts';
import { iamError, iamServiceFailure } from './iam-errors.ts';
import type { Service } from './operations.ts';
import { secretsError, secretsServiceFailure } from './secrets-errors.ts';
import { FUNCTION_ROLE } from './sts.ts';

/**
 * What can go wrong with one try of one call.
 *
 * - `throttled`, `error500`: AWS did nothing and says so; the SDK tries again.
 * - `lostAnswer500`, `lostAnswerReset`: AWS did it, the caller does not learn; the SDK tries again.
 * - `hang`, `hangAfter`: no answer ever, AWS has done nothing or all of it; the client's own time-out ends it.
 * - `accessDenied`: no policy allows it (yet); `explicitDeny`: a service control policy forbids it.
 * - `crashBefore`, `crashAfter`: the process that makes the call dies.
 * - an `Error`, or what makes one of the call: AWS refuses with it.
 */
export type Fault =
  | 'throttled'
  | 'error500'
  | 'lostAnswer500'
  | 'lostAnswerReset'
  | 'hang'
  | 'hangAfter'
  | 'accessDenied'
  | 'explicitDeny'
  | 'crashBefore'
  | 'crashAfter'
  | Error
  | ((call: Call) => Error);

/** Which calls: by number (the first is 0), or by looking at the call. */
export type Which = number | ((call: Call) => boolean);

/** A fault in waiting. `times` counts tries: the SDK's own retries are tries too. */
export type PlannedFault = { which: Which; fault: Fault; times: number };

/** Takes the fault that hits this try of the call, if there is one. */
export function takeFault(planned: PlannedFault[], call: Call): Fault | undefined {
  for (const each of planned) {
    if (each.times <= 0) continue;
    if (typeof each.which === 'number' ? each.which !== call.number : !each.which(call)) continue;
    each.times -= 1;
    return each.fault;
  }
  return undefined;
}

export function throttling(service: Service): Error {
  if (service === 'secretsmanager') return secretsError('ThrottlingException', 'Rate exceeded');
  if (service === 'dynamodb') return dynamodbError('ThrottlingException', 'Rate exceeded');
  return iamError('Throttling', 'Rate exceeded', 400);
}

export function internalError(service: Service): Error {
  if (service === 'secretsmanager') return secretsServiceFailure();
  return service === 'dynamodb' ? ledgerServiceFailure() : iamServiceFailure();
}

export const connectionReset = (): Error =>
  Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

/** A denial in the words of AWS: the end of the message says who denies. */
export function denial(call: Call, accountId: string, explicit: boolean): Error {
  const action = `${call.service}:${call.action}`;
  const because = explicit
    ? 'with an explicit deny in a service control policy'
    : `because no identity-based policy allows the ${action} action`;
  const caller = `arn:aws:sts::${accountId}:assumed-role/${FUNCTION_ROLE}/BundleFunction`;
  const message = `User: ${caller} is not authorized to perform: ${action} on resource: ${call.target?.name ?? call.input.TableName ?? '*'} ${because}`;
  if (call.service === 'secretsmanager') return secretsError('AccessDeniedException', message);
  if (call.service === 'dynamodb') return dynamodbError('AccessDeniedException', message);
  return iamError('AccessDenied', message, 403);
}

/** Not `LimitExceededException`, which is among the SDK's: the function's clients take it out (`src/aws/clients.ts`). */
const THROTTLING_NAMES = [
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'ProvisionedThroughputExceededException',
];

export const isThrottling = (error: unknown): boolean =>
  THROTTLING_NAMES.includes((error as { name: string }).name);

/** What the SDK's standard retry strategy tries again. */
export function isRetriedBySdk(error: unknown): boolean {
  const { name, code, $metadata } = error as {
    name: string;
    code?: string;
    $metadata?: { httpStatusCode?: number };
  };
  if (isThrottling(error) || name === 'TimeoutError' || code === 'ECONNRESET') return true;
  return [500, 502, 503, 504].includes($metadata?.httpStatusCode ?? 0);
}
