/** The parts of an SDK client that decide how a call is tried. */
export type Client = {
  config: {
    maxAttempts: () => Promise<number>;
    credentials: () => Promise<{ accessKeyId: string; secretAccessKey: string }>;
    requestHandler: object;
  };
};

export type SendOptions = { abortSignal?: AbortSignal; requestTimeout?: number };

/** How long a try may take, in milliseconds; 0 is for ever. */
async function requestTimeout(client: Client, options: SendOptions): Promise<number> {
  if (options.requestTimeout !== undefined) return options.requestTimeout;
  const { configProvider } = client.config.requestHandler as {
    configProvider?: Promise<{ requestTimeout?: number; throwOnRequestTimeout?: boolean }>;
  };
  const config = await configProvider;
  return config?.throwOnRequestTimeout ? (config.requestTimeout ?? 0) : 0;
}

function aborted(): Error {
  return Object.assign(new Error('Request aborted'), { name: 'AbortError' });
}

export function throwIfAborted(options: SendOptions): void {
  if (options.abortSignal?.aborted) throw aborted();
}

/** Waits, unless the caller's signal ends it. */
export function pause(ms: number, options: SendOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const signal = options.abortSignal;
    const stop = () => {
      clearTimeout(timer);
      reject(aborted());
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

/** A try that is answered late: the client's own time-out may end it first. */
export async function answerAfter(ms: number, client: Client, options: SendOptions): Promise<void> {
  const timeout = await requestTimeout(client, options);
  if (timeout > 0 && timeout < ms) await hang(client, options);
  await pause(ms, options);
}

/** A try that is never answered: ends with the client's own time-out or the caller's signal, or not at all. */
export async function hang(client: Client, options: SendOptions): Promise<never> {
  const timeout = await requestTimeout(client, options);
  const forEver = 2 ** 31 - 1;
  await pause(timeout || forEver, options);
  throw Object.assign(new Error(`Request timed out after ${timeout} ms`), { name: 'TimeoutError' });
}
