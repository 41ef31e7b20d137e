import { setTimeout as wait } from 'node:timers/promises';
import type { MiddlewareObj } from '@middy/core';
import { keepSecret, log, scrub } from '../log.ts';
import type { CustomResourceEvent, Outcome } from './event.ts';

/** CloudFormation takes no longer an answer, in bytes. */
const MAX_BYTES = 4096;
/** A message longer than this is hard to read in the events tab, in characters. */
const MAX_REASON = 1200;
const TRIES = 4;
/** Of one try, in milliseconds. All tries together fit into what the deadline leaves. */
const TRY_TIMEOUT = 2500;

interface Answer {
  Status: 'SUCCESS' | 'FAILED';
  PhysicalResourceId: string;
  Reason?: string;
  Data?: Record<string, string> | undefined;
}

/** CloudFormation could not be told. Thrown, so that Lambda runs the request again. */
class UnansweredError extends Error {
  override name = 'UnansweredError' as const;

  constructor(why: string) {
    super(`CloudFormation could not be answered: ${why}. The request will be run again by Lambda.`);
  }
}

/**
 * Answers CloudFormation with what the handler returned or threw, once, and then ends normally: an error after an answer
 * would make Lambda run the request again.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 *
 * @param physicalIdOnFailure the id that a FAILED answer carries
 */
export function answerCloudFormation(
  physicalIdOnFailure: (event: CustomResourceEvent) => string,
): MiddlewareObj<CustomResourceEvent, Outcome | null> {
  return {
    before: ({ event }) => {
      keepSecret(event?.ResponseURL);
      if (!isAnswerable(event?.ResponseURL)) throw new TypeError(NOBODY_TO_ANSWER);
    },
    after: async ({ event, response }) => {
      if (!response) return;
      const { physicalResourceId, data } = response;
      await send(event, { Status: 'SUCCESS', PhysicalResourceId: physicalResourceId, Data: data });
    },
    onError: async (request) => {
      const { event, error } = request;
      if (!(error instanceof Error) || error instanceof UnansweredError) return;
      log({ level: 'error', error: error.name, message: error.message });
      if (!isAnswerable(event?.ResponseURL)) {
        // Not a request of CloudFormation: nobody to answer, and nothing that running it again would mend.
        request.response = null;
        return;
      }
      try {
        const PhysicalResourceId = physicalIdOnFailure(event);
        await send(event, { Status: 'FAILED', PhysicalResourceId, Reason: error.message });
        request.response = null;
      } catch (unanswered) {
        // Thrown in place of the failure, which may hold an SDK error with its whole request.
        request.error = unanswered as Error;
      }
    },
  };
}

const NOBODY_TO_ANSWER =
  'This is no request of CloudFormation: it has no ResponseURL with https. Nothing was done.';

/**
 * Answers go to https addresses only: whoever may invoke the function could have it write elsewhere. A list of hosts
 * would risk a stack that hangs. For tests on a machine of one's own the environment may allow one origin more.
 */
function isAnswerable(url: unknown): url is string {
  if (typeof url !== 'string' || !URL.canParse(url)) return false;
  const { protocol, origin, username, password } = new URL(url);
  // Nothing can be fetched from it, and the request would be run again and again.
  if (username || password) return false;
  return protocol === 'https:' || (origin !== 'null' && origin === process.env.RESPONSE_URL_ORIGIN);
}

/** The answer as it is sent: without secrets; warnings and Reason give way until it fits. */
function toBody({ StackId, RequestId, LogicalResourceId }: CustomResourceEvent, answer: Answer): Buffer {
  const reason = scrub(answer.Reason ?? '');
  const warnings = scrub(answer.Data?.Warnings ?? '');
  for (let length = MAX_REASON; ; length = Math.max(0, length - 100)) {
    const Reason = reason.length > length ? `${reason.slice(0, length)}… (see the function's log)` : reason;
    const Data = answer.Data && { ...answer.Data, Warnings: warnings.slice(0, length) };
    const whole = { ...answer, StackId, RequestId, LogicalResourceId, Data, Reason: Reason || undefined };
    const body = Buffer.from(JSON.stringify(whole));
    if (body.byteLength <= MAX_BYTES || length === 0) return body;
  }
}

/**
 * PUTs the answer to the pre-signed URL. S3 has signed an empty content type and takes no chunked body, so the header is
 * sent empty and the body has a known length.
 */
async function send(event: CustomResourceEvent, answer: Answer): Promise<void> {
  const body = toBody(event, answer);
  let problem = '';
  for (let tries = 1; tries <= TRIES; tries += 1) {
    if (tries > 1) await wait(100 * 2 ** tries * Math.random());
    try {
      const response = await fetch(event.ResponseURL, {
        method: 'PUT',
        redirect: 'manual',
        headers: { 'content-type': '' },
        body,
        signal: AbortSignal.timeout(TRY_TIMEOUT),
      });
      await response.arrayBuffer();
      log({
        action: 'answer',
        status: answer.Status,
        bytes: body.byteLength,
        tries,
        outcome: response.status,
      });
      if (response.ok) return;
      problem = `status ${response.status}`;
      if (response.status < 500 && response.status !== 429) break;
    } catch (error) {
      // The message could quote the URL.
      problem = (error as Error).name;
      log({ action: 'answer', status: answer.Status, tries, outcome: problem });
    }
  }
  throw new UnansweredError(problem);
}
