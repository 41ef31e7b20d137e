import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attempt } from '../lambda/function.ts';
import type { Operation, RunOptions, Services } from './operation.ts';
import {
  type CustomResourceAnswer,
  type CustomResourceEvent,
  judgeAnswer,
  type Verdict,
} from './protocol.ts';

/** One request of CloudFormation to a function, and what came of it. Goes on changing until the function has ended. */
export interface Exchange {
  event: CustomResourceEvent;
  /** What the function put to the ResponseURL, if it is a valid answer. */
  answer?: CustomResourceAnswer;
  /** The same as it arrived, valid or not. */
  body?: string;
  /** True if the answer came when CloudFormation no longer waited for it. */
  late: boolean;
  /** The runs of the function for this event; complete when the function has ended. */
  attempts: Attempt[];
}

/** What CloudFormation knows after an exchange. The id is absent if the function has not given a valid one. */
export type ExchangeOutcome =
  | { succeeded: true; physicalId: string; attributes: Record<string, string> }
  | { succeeded: false; reason: string; physicalId?: string };

export type RequestDraft = Omit<
  CustomResourceEvent,
  'ResponseURL' | 'RequestId' | 'StackId' | 'ServiceToken'
>;

/**
 * Sends a request to the function behind a custom resource, and waits for the answer until ServiceTimeout.
 * When the function has ended without an answer and Lambda will not run it again, the rest of that time is skipped.
 */
export async function sendRequest(operation: Operation, draft: RequestDraft): Promise<ExchangeOutcome> {
  const event = {
    ...draft,
    StackId: operation.stack.id,
    RequestId: randomUUID(),
    ServiceToken: String(draft.ResourceProperties.ServiceToken),
  };
  const seconds = Number(draft.ResourceProperties.ServiceTimeout ?? 3600);
  const options = { serviceTimeoutMs: seconds * 1000, ...operation.options };
  const { exchange, verdict, stopWaiting } = begin(operation.services, event, options);
  operation.exchanges.push(exchange);
  const cancelled = draft.RequestType === 'Delete' ? undefined : operation.options.failDuringBundle;
  const first = await Promise.race([verdict, ...(cancelled ? [cancelled.then(cancel, cancel)] : [])]);
  if (first === 'cancelled') {
    stopWaiting();
    return {
      succeeded: false,
      reason: `Resource ${draft.RequestType === 'Create' ? 'creation' : 'update'} cancelled`,
    };
  }
  return outcomeOf(first, event.RequestId);
}

const cancel = (): 'cancelled' => 'cancelled';

/** Plays one event and waits until the function has ended with it, retries included. */
export async function playEvent(
  services: Services,
  event: Omit<CustomResourceEvent, 'ResponseURL'>,
  options: RunOptions,
): Promise<Exchange> {
  const { exchange, verdict, ended } = begin(services, event, { serviceTimeoutMs: 3_600_000, ...options });
  await Promise.all([verdict, ended]);
  return exchange;
}

/** A request that is under way. */
interface Conversation {
  exchange: Exchange;
  /** What CloudFormation makes of the answer, or that it waited in vain. */
  verdict: Promise<Verdict | 'expired'>;
  /** The function has ended, its retries included. */
  ended: Promise<void>;
  /** From now on an answer is late. */
  stopWaiting(): void;
}

function begin(
  services: Services,
  event: Omit<CustomResourceEvent, 'ResponseURL'>,
  options: RunOptions & { serviceTimeoutMs: number },
): Conversation {
  const slot = services.responses.open(`${event.StackId}|${event.LogicalResourceId}|${event.RequestId}`);
  const exchange: Exchange = { event: { ...event, ResponseURL: slot.url }, late: false, attempts: [] };
  const target = services.functions.byArn.get(event.ServiceToken);
  if (!target) {
    const refused = `Function not found: ${event.ServiceToken} (Service: Lambda, Status Code: 404)`;
    return {
      exchange,
      verdict: Promise.resolve({ refused }),
      ended: Promise.resolve(),
      stopWaiting: () => {},
    };
  }
  const { functionTimeoutMs, retryDelaysMs, onAttempt } = options;
  const invocation = target.invoke(exchange.event, {
    ...(functionTimeoutMs === undefined ? {} : { timeoutMs: functionTimeoutMs }),
    ...(retryDelaysMs === undefined ? {} : { retryDelaysMs }),
    ...(onAttempt === undefined ? {} : { onAttempt }),
  });
  const ended = invocation.then((attempts) => {
    exchange.attempts = attempts;
  });
  services.running.add(ended);
  ended.then(() => services.running.delete(ended));

  let waiting = true;
  const stopWaiting = (): void => {
    waiting = false;
  };
  const answered = slot.body.then((body) => {
    exchange.body = body;
    exchange.late = !waiting;
    const verdict = judgeAnswer(body, event);
    if ('answer' in verdict) {
      exchange.answer = verdict.answer;
    }
    return verdict;
  });
  const verdict = waitForAnswer(answered, ended, options.serviceTimeoutMs).then((first) => {
    stopWaiting();
    return first;
  });
  return { exchange, verdict, ended, stopWaiting };
}

async function waitForAnswer(
  answered: Promise<Verdict>,
  ended: Promise<void>,
  serviceTimeoutMs: number,
): Promise<Verdict | 'expired'> {
  const over = new AbortController();
  const expired = sleep(serviceTimeoutMs, 'expired' as const, { signal: over.signal }).catch(
    () => 'expired' as const,
  );
  // An answer that was sent without waiting for S3 may still be on its way when the function has ended.
  const nobodyLeft = ended.then(() => sleep(250, 'expired' as const));
  const first = await Promise.race([answered, expired, nobodyLeft]);
  over.abort();
  if (first !== 'expired') {
    // CloudFormation takes seconds to notice an answer, by when the function has usually returned.
    await Promise.race([ended, sleep(2000, undefined, { ref: false })]);
  }
  return first;
}

function outcomeOf(verdict: Verdict | 'expired', requestId: string): ExchangeOutcome {
  if (verdict === 'expired') {
    return {
      succeeded: false,
      reason:
        'CloudFormation did not receive a response from your Custom Resource. ' +
        `Please check your logs for requestId [${requestId}].`,
    };
  }
  if ('refused' in verdict) {
    const { refused: reason, physicalResourceId } = verdict;
    return physicalResourceId === undefined
      ? { succeeded: false, reason }
      : { succeeded: false, reason, physicalId: physicalResourceId };
  }
  const { answer } = verdict;
  if (answer.Status === 'FAILED') {
    return {
      succeeded: false,
      physicalId: answer.PhysicalResourceId,
      reason:
        'Received response status [FAILED] from custom resource. ' +
        `Message returned: ${answer.Reason} (RequestId: ${requestId})`,
    };
  }
  return { succeeded: true, physicalId: answer.PhysicalResourceId, attributes: attributesOf(answer) };
}

/** What `Fn::GetAtt` and outputs show of an answer: nothing of one that says `NoEcho`. */
function attributesOf({ Data = {}, NoEcho = false }: CustomResourceAnswer): Record<string, string> {
  return NoEcho ? Object.fromEntries(Object.keys(Data).map((name) => [name, '****'])) : Data;
}
