import { sleep, stopped } from '../aws/patience.ts';
import { LeaseError } from '../errors.ts';
import { keepSecret, log } from '../log.ts';
import { requestContext } from '../request-context.ts';
import type { ApiKey } from './api-key.ts';
import { kindOf, RedisCloudError, readError } from './errors.ts';
import { backoff, OUTAGE_MS, paced, TRY_MS } from './pace.ts';

/** The Redis Cloud API as the rest sees it: patient, logged, without secrets, and at its end when the time is over. */
export interface RedisCloud {
  /** Reads; repeated while the API is busy, broken or out of reach. @throws RedisCloudError NOT_FOUND if it is not there */
  get<T>(path: string): Promise<T>;
  /**
   * Sends a change once, POST and PUT above all: an answer that was lost is told (`lost`). A DELETE is repeated.
   *
   * @returns the id of the task that carries it out
   */
  send(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<string>;
  /** Waits. @param subject what for, if the time is over before @throws RedisCloudError TIME */
  pause(ms: number, subject: string): Promise<void>;
}

interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

/** An id comes from the ledger, which somebody may have written: it must not lead to a database. */
const PATHS = /^\/((cloud-accounts|tasks)(\/[\w-]+)?)?$/;

/** What an HTTP status means, whatever the body says. */
const KINDS: Record<number, string> = {
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  412: 'PRECONDITION_FAILED',
  429: 'RATE_LIMIT',
};

/**
 * Connects an operation to Redis Cloud.
 *
 * @param signal aborted when the time is nearly over; nothing is sent after that
 */
export function connectRedisCloud(apiKey: ApiKey, signal: AbortSignal): RedisCloud {
  keepSecret(apiKey.accountKey);
  keepSecret(apiKey.userKey);
  let last = '';

  /** Why the wait has ended. A lost lease is told as such: the request begins anew then, and nothing was too slow. */
  const overtime = (subject: string) => {
    const why = stopped(signal);
    if (why instanceof LeaseError) return why;
    const words = `The time was over while waiting for Redis Cloud: ${subject.replace(/\.$/, '')}.${last}`;
    return new RedisCloudError('TIME', words, { cause: signal.reason });
  };

  const pause: RedisCloud['pause'] = (ms, subject) => {
    const context = requestContext();
    if (context) context.waitingFor = overtime(subject).message;
    return sleep(paced(ms), signal).catch(() => {
      throw overtime(subject);
    });
  };

  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const step = `${method} ${path}`;
    if (!PATHS.test(path))
      throw new TypeError(`${step} is no path of the Redis Cloud API that this bundle uses.`);
    const started = Date.now();
    for (let tries = 1; ; tries += 1) {
      if (signal.aborted) throw overtime(step);
      const sentAt = Date.now();
      const answer = await ask(apiKey, signal, method, path, body).catch((error: unknown) => error as Error);
      const result = answer instanceof Error ? unreachable(step, answer) : judge(step, answer);
      const failure = result instanceof RedisCloudError ? result : undefined;
      log({
        redisCloud: step,
        ms: Date.now() - sentAt,
        status: (answer as Answer).status,
        taskId: (result as { taskId?: string }).taskId,
        outcome: failure?.kind ?? 'ok',
      });
      if (!failure) {
        last = '';
        return result;
      }
      if (signal.aborted) throw overtime(step);
      last = ` Its last error: ${failure.message}`;
      const passes = ['RATE_LIMIT', 'UNREACHABLE'].includes(failure.kind) && !failure.lost;
      if (!passes || Date.now() - started > patienceFor(failure)) throw failure;
      await pause(retryAfter(answer) ?? backoff(tries, 2000, 60_000), step);
    }
  };

  return {
    get: (path) => call('GET', path) as never,
    async send(method, path, body) {
      const { taskId } = (await call(method, path, body)) as { taskId?: string };
      if (taskId) return taskId;
      throw new RedisCloudError('NOT_JSON', `${method} ${path} was answered without a task.`, { lost: true });
    },
    pause,
  };
}

/** One try. Whoever hangs is given up. */
async function ask(
  { accountKey, userKey }: ApiKey,
  signal: AbortSignal,
  method: string,
  path: string,
  body?: object,
): Promise<Answer> {
  const base = process.env.REDIS_CLOUD_API_URL || 'https://api.redislabs.com/v1';
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), paced(TRY_MS));
  try {
    const response = await fetch(base + path, {
      method,
      headers: {
        'x-api-key': accountKey,
        'x-api-secret-key': userKey,
        'content-type': 'application/json',
        accept: 'application/json',
        'user-agent': 'rv-access-bundle',
      },
      ...(body && { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.any([signal, control.signal]),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } finally {
    clearTimeout(timer);
  }
}

/** For how long a failure that passes is waited out, in milliseconds: all tools of a Redis account share its rate. */
const patienceFor = ({ kind }: RedisCloudError) => paced(OUTAGE_MS) * (kind === 'RATE_LIMIT' ? 2 : 1);

/** How long the API asks to wait, in milliseconds. */
function retryAfter(answer: Answer | Error): number | undefined {
  if (answer instanceof Error) return undefined;
  const seconds = Number(answer.headers.get('x-rate-limit-retry-after-seconds'));
  return seconds > 0 ? seconds * 1000 + Math.random() * 2000 : undefined;
}

/** The words of a network error may have been made of what was sent: only its code is told. */
function unreachable(step: string, error: Error): RedisCloudError {
  const { code = error.name } = (error.cause ?? {}) as { code?: string };
  return new RedisCloudError('UNREACHABLE', `${step} got no answer from Redis Cloud (${code}).`, {
    lost: mustNotBeRepeated(step),
  });
}

const mustNotBeRepeated = (step: string): boolean => /^P(OS|U)T/.test(step);

/** The JSON of a good answer, or what is wrong with it. */
function judge(step: string, { status, text }: Answer): unknown {
  const json = parse(text);
  const lost = mustNotBeRepeated(step);
  const answered = `${step} was answered with HTTP ${status}`;
  if (status < 300)
    return typeof json === 'object' && json
      ? json
      : new RedisCloudError('NOT_JSON', `${answered}, but not with JSON.`, { lost });
  const refused = !step.startsWith('GET');
  if (status < 400) return new RedisCloudError('REDIRECT', `${answered}.`, { refused });
  const { type, words } = readError(json);
  const what = words ? `${answered} (${words}).` : `${answered}.`;
  if (status >= 500 || status === 408) return new RedisCloudError('UNREACHABLE', what, { lost });
  const kind = KINDS[status] ?? (type ? kindOf(type) : status === 409 ? 'NAME_EXISTS' : 'BAD_REQUEST');
  return new RedisCloudError(kind, what, { refused });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
