import { setTimeout as sleep } from 'node:timers/promises';

/** The Redis Cloud API: https://redis.io/docs/latest/operate/rc/api/ */
export interface RedisCloud {
  /** `https://api.redislabs.com/v1` */
  url: string;
  /** The account key. */
  apiKey: string;
  /** A user key. */
  apiSecretKey: string;
  /** Pause before the first look at a task, in milliseconds; it doubles up to 30 s. */
  firstPauseMs?: number;
}

/** A task as the API tells it. Its error is described as a code, but arrives as an object. */
interface Task {
  taskId?: string;
  status?: string;
  response?: {
    resourceId?: number;
    error?: string | { type?: string; status?: string; description?: string };
  };
}

/** A task takes a minute or so; the API has no way to cancel it. */
const TASK_MINUTES = 10;
/** A task that was just made may not be found yet, this many times. */
const NOT_FOUND_TRIES = 5;
const TOO_MANY_REQUESTS_TRIES = 8;

/**
 * Creates a cloud account, or gives an existing one new credentials, and waits until that is done.
 *
 * @returns the cloud account's id
 * @throws Error with what the API says, without any value of the body
 */
export async function sendCloudAccount(
  api: RedisCloud,
  body: Record<string, string>,
  cloudAccountId?: string,
): Promise<number | undefined> {
  const [method, path] = cloudAccountId
    ? ['PUT', `/cloud-accounts/${cloudAccountId}`]
    : ['POST', '/cloud-accounts'];
  const { status, answer } = await call(api, method, path, body);
  const { taskId } = answer as Task;
  if (status >= 400 || !taskId)
    throw new Error(`${method} ${path} answered ${status}: ${withoutValues(reasonOf(answer), body)}`);
  const task = await finished(api, taskId);
  if (task.status !== 'processing-completed')
    throw new Error(`Task ${taskId} failed: ${withoutValues(reasonOf(task.response?.error), body)}`);
  return task.response?.resourceId;
}

async function finished(api: RedisCloud, taskId: string): Promise<Task> {
  const end = Date.now() + TASK_MINUTES * 60_000;
  let notFound = 0;
  for (let pause = api.firstPauseMs ?? 1000; Date.now() < end; pause = Math.min(2 * pause, 30_000)) {
    await sleep(pause);
    const { status, answer } = await call(api, 'GET', `/tasks/${taskId}`);
    notFound += status === 404 ? 1 : 0;
    if (status === 404 && notFound <= NOT_FOUND_TRIES) continue;
    if (status >= 400) throw new Error(`Task ${taskId} cannot be read: ${status} ${reasonOf(answer)}`);
    const task = answer as Task;
    if (/^processing-(completed|error)$/.test(task.status ?? '')) return task;
  }
  throw new Error(
    `Task ${taskId} has not ended in ${TASK_MINUTES} minutes; look at it in the Redis Cloud console.`,
  );
}

/** One request; waits and repeats while there are too many. */
async function call(
  api: RedisCloud,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; answer: unknown }> {
  for (let tries = 1; ; tries += 1) {
    const response = await fetch(api.url + path, {
      method,
      headers: {
        'x-api-key': api.apiKey,
        'x-api-secret-key': api.apiSecretKey,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const answer = await response.json().catch(() => undefined);
    if (response.status !== 429 || tries === TOO_MANY_REQUESTS_TRIES)
      return { status: response.status, answer };
    await sleep((api.firstPauseMs ?? 1000) * 2 ** tries);
  }
}

/** The words in an error: a code alone, or an object with a type and a description. */
function reasonOf(error: unknown): string {
  if (typeof error === 'string') return error;
  const { type, status, description, message } = (error ?? {}) as Record<string, unknown>;
  const words = [type, status, description, message].filter(
    (word) => typeof word === 'string' || typeof word === 'number',
  );
  return words.join(', ') || 'no reason given';
}

/** A text in which the API may have repeated what it was sent. */
function withoutValues(text: string, { accessSecretKey, consolePassword }: Record<string, string>): string {
  return [accessSecretKey, consolePassword].reduce<string>(
    (clean, value) => (value ? clean.replaceAll(value, '***') : clean),
    text,
  );
}
