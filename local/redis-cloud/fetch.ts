import type { RedisCloudStandIn } from './redis-cloud.ts';

/** A `fetch` that asks the stand-in without a network. */
export function fetchFrom(cloud: RedisCloudStandIn): typeof fetch {
  return async (input, init = {}) => {
    const { pathname } = new URL(String(input));
    const answer = await cloud.handle({
      method: init.method ?? 'GET',
      path: pathname.replace(/^\/v1/, '') || '/',
      headers: Object.fromEntries(new Headers(init.headers)),
      ...(typeof init.body === 'string' && { body: init.body }),
    });
    if (answer === 'hang') return aborted(init.signal);
    if (answer === 'drop')
      throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } });
    const { status, headers, body } = answer;
    return new Response(body, { status, headers });
  };
}

function aborted(signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(new DOMException('This operation was aborted', 'AbortError'));
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop);
  });
}
