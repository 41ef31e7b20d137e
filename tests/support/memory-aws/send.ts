import { denyByTag } from './by-tag.ts';
import { type Call, isMutating, targetOf } from './calls.ts';
import { answerAfter, type Client, hang, pause, type SendOptions, throwIfAborted } from './client.ts';
import { copy } from './copy.ts';
import {
  connectionReset,
  denial,
  type Fault,
  internalError,
  isRetriedBySdk,
  isThrottling,
  takeFault,
  throttling,
} from './faults.ts';
import type { MemoryAws } from './memory-aws.ts';
import { moment } from './moments.ts';
import { operations, type Service } from './operations.ts';
import { remember } from './past.ts';
import { currentRun, type Run } from './runs.ts';
import { managedKeyDelay } from './secrets.ts';
import { expireSecrets } from './secrets-lookup.ts';
import { seenBy } from './stale-reads.ts';

/** How long the SDK waits before its first retry, on the average and in milliseconds; then twice as long each time. */
const RETRY_DELAY = 25;
const THROTTLED_DELAY = 500;
const FUNCTION_CREDENTIALS = { accessKeyId: 'ASIAFUNCTION', secretAccessKey: '-' };

const never = () => new Promise<never>(() => {});

/** Reads of IAM and Secrets Manager may be late; what makes something, and DynamoDB's consistent reads, may not. */
const showsThePast = ({ service, action, mutating }: Call) =>
  !mutating && (service === 'iam' || service === 'secretsmanager') && action !== 'GetRandomPassword';

async function apply(aws: MemoryAws, client: Client, call: Call): Promise<object> {
  const caller = call.service === 'sts' ? await client.config.credentials() : FUNCTION_CREDENTIALS;
  const operation = operations[call.service][call.action];
  if (!operation) throw new Error(`The in-memory AWS does not know ${call.service}:${call.action}.`);
  const input = copy(call.input) as never;
  denyByTag(aws, call);
  if (showsThePast(call)) {
    expireSecrets(aws);
    const output = operation(seenBy(aws), input, caller);
    call.applied += 1;
    return copy(output);
  }
  if (call.mutating && call.service !== 'dynamodb') remember(aws);
  const output = operation(aws, input, caller);
  call.applied += 1;
  if (call.mutating) aws.afterChange?.(call);
  return copy(output);
}

function die(run: Run | undefined): Promise<never> {
  if (!run) throw new Error('A crash needs a run to kill: wrap the code in runUntilCrash.');
  run.die();
  return never();
}

/** A call on its way, and the run of the function that sent it. */
interface Sending {
  aws: MemoryAws;
  client: Client;
  call: Call;
  options: SendOptions;
  run: Run | undefined;
}

async function tryOnce({ aws, client, call, options, run }: Sending): Promise<object> {
  if (run?.dead) return never();
  const fault: Fault | undefined = takeFault(aws.faults, call);
  if (fault instanceof Error) throw fault;
  if (typeof fault === 'function') throw fault(call);
  switch (fault) {
    case 'throttled':
      throw throttling(call.service);
    case 'error500':
      throw internalError(call.service);
    case 'accessDenied':
    case 'explicitDeny':
      // AWS asks who one is before it asks what one may do.
      if (call.service === 'sts') await apply(aws, client, call);
      throw denial(call, aws.accountId, fault === 'explicitDeny');
    case 'hang':
      return hang(client, options);
    case 'crashBefore':
      return die(run);
  }
  const delay = managedKeyDelay(aws, call);
  // An answer can get lost whether it is good or bad.
  const applied = await apply(aws, client, call).then(
    (output) => ({ output }),
    (error: unknown) => ({ error }),
  );
  switch (fault) {
    case 'lostAnswer500':
      throw internalError(call.service);
    case 'lostAnswerReset':
      throw connectionReset();
    case 'hangAfter':
      return hang(client, options);
    case 'crashAfter':
      return die(run);
  }
  if ('error' in applied) throw applied.error;
  if (delay > 0) await answerAfter(delay, client, options);
  return applied.output;
}

async function withRetries(sending: Sending): Promise<object> {
  const { aws, client, call, options } = sending;
  const maxAttempts = await client.config.maxAttempts();
  for (;;) {
    throwIfAborted(options);
    call.tries += 1;
    try {
      const output = await tryOnce(sending);
      if (aws.latency > 0) await pause(aws.latency, options);
      return output;
    } catch (error) {
      if (call.tries >= maxAttempts || !isRetriedBySdk(error)) throw error;
      const first = isThrottling(error) ? THROTTLED_DELAY : RETRY_DELAY;
      await pause(first * 2 ** (call.tries - 1), options);
    }
  }
}

/** Answers one `client.send(command)` as AWS and the SDK together would: with faults, retries and time-outs. */
export async function send(
  aws: MemoryAws,
  service: Service,
  client: Client,
  command: { input: object; constructor: { name: string } },
  options: SendOptions = {},
): Promise<object> {
  const run = currentRun();
  if (run?.dead) return never();
  const action = command.constructor.name.replace(/Command$/, '');
  const input = copy(command.input) as Call['input'];
  const call: Call = {
    number: aws.calls.length,
    service,
    action,
    input,
    mutating: isMutating(action),
    tries: 0,
    applied: 0,
    startedAt: moment(),
    time: Date.now(),
  };
  if (run) call.run = run.name;
  aws.calls.push(call);
  await aws.gate?.(call);
  if (run?.dead) return never();
  const target = targetOf(aws, service, input);
  if (target) call.target = target;
  const $metadata = {
    httpStatusCode: 200,
    requestId: `00000000-0000-4000-8000-${String(call.startedAt).padStart(12, '0')}`,
  };
  try {
    const output = await withRetries({ aws, client, call, options, run });
    return run?.dead ? never() : { ...output, $metadata: { ...$metadata, attempts: call.tries } };
  } catch (error) {
    if (run?.dead) return never();
    call.error = (error as Error).name;
    const refused = error as { $metadata?: object };
    if (refused.$metadata) refused.$metadata = { ...$metadata, ...refused.$metadata, attempts: call.tries };
    throw error;
  } finally {
    call.endedAt = moment();
  }
}
