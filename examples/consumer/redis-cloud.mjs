import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The Redis Cloud API: https://redis.io/docs/latest/operate/rc/api/
 *
 * @typedef {object} RedisCloud
 * @property {string} url `https://api.redislabs.com/v1`
 * @property {string} accountKey The API account key.
 * @property {string} userKey An API user key, of an owner.
 * @property {number} [firstPauseMs] Pause before the first look at a task; it doubles up to 30 s.
 */

/**
 * A task as the API tells it. Its error is described as a code, but arrives as an object.
 *
 * @typedef {object} Task
 * @property {string} [taskId]
 * @property {string} [status]
 * @property {{ resourceId?: number, error?: unknown }} [response]
 */

/** A task takes a minute or so; the API has no way to cancel it. */
const TASK_MINUTES = 10;
/** A task that was just made may not be found yet, this many times. */
const NOT_FOUND_TRIES = 5;
const TOO_MANY_REQUESTS_TRIES = 8;

/**
 * Creates a cloud account, or gives an existing one new credentials, and waits until that is done.
 *
 * @param {RedisCloud} api
 * @param {Record<string, string>} body
 * @param {string} [cloudAccountId]
 * @returns {Promise<number | undefined>} the cloud account's id
 * @throws Error with what the API says, without any value of the body
 */
export async function sendCloudAccount(api, body, cloudAccountId) {
  const [method, path] = cloudAccountId
    ? ['PUT', `/cloud-accounts/${cloudAccountId}`]
    : ['POST', '/cloud-accounts'];
  const { status, answer } = await call(api, method, path, body);
  const { taskId } = /** @type {Task} */ (answer ?? {});
  if (status >= 400 || !taskId)
    throw new Error(`${method} ${path} answered ${status}: ${withoutValues(reasonOf(answer), body)}`);
  const task = await finished(api, taskId);
  if (task.status !== 'processing-completed')
    throw new Error(`Task ${taskId} failed: ${withoutValues(reasonOf(task.response?.error), body)}`);
  return task.response?.resourceId;
}

/**
 * @param {RedisCloud} api
 * @param {string} taskId
 * @returns {Promise<Task>}
 */
async function finished(api, taskId) {
  const end = Date.now() + TASK_MINUTES * 60_000;
  let notFound = 0;
  for (let pause = api.firstPauseMs ?? 1000; Date.now() < end; pause = Math.min(2 * pause, 30_000)) {
    await sleep(pause);
    const { status, answer } = await call(api, 'GET', `/tasks/${taskId}`);
    notFound += status === 404 ? 1 : 0;
    if (status === 404 && notFound <= NOT_FOUND_TRIES) continue;
    if (status >= 400) throw new Error(`Task ${taskId} cannot be read: ${status} ${reasonOf(answer)}`);
    const task = /** @type {Task} */ (answer ?? {});
    if (/^processing-(completed|error)$/.test(task.status ?? '')) return task;
  }
  throw new Error(
    `Task ${taskId} has not ended in ${TASK_MINUTES} minutes; look at it in the Redis Cloud console.`,
  );
}

/**
 * One request; waits and repeats while there are too many.
 *
 * @param {RedisCloud} api
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<{ status: number, answer: unknown }>}
 */
async function call(api, method, path, body) {
  for (let tries = 1; ; tries += 1) {
    const response = await fetch(api.url + path, {
      method,
      headers: {
        'x-api-key': api.accountKey,
        'x-api-secret-key': api.userKey,
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

/**
 * The words in an error: a code alone, or an object with a type and a description.
 *
 * @param {unknown} error
 * @returns {string}
 */
function reasonOf(error) {
  if (typeof error === 'string') return error;
  const { type, status, description, message } = /** @type {Record<string, unknown>} */ (error ?? {});
  const words = [type, status, description, message].filter(
    (word) => typeof word === 'string' || typeof word === 'number',
  );
  return words.join(', ') || 'no reason given';
}

/**
 * A text in which the API may have repeated what it was sent.
 *
 * @param {string} text
 * @param {Record<string, string>} body
 * @returns {string}
 */
function withoutValues(text, { accessSecretKey, consolePassword }) {
  return [accessSecretKey, consolePassword].reduce(
    (clean, value) => (value ? clean.replaceAll(value, '***') : clean),
    text,
  );
}
