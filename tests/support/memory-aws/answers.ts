import { vi } from 'vitest';
import { moment } from './moments.ts';
import { currentRun } from './runs.ts';

export type Put = {
  run: string | undefined;
  url: string;
  contentType: string | null;
  body: string;
  /** `Date.now()`. */
  at: number;
  /** Comparable with `startedAt` of calls. */
  moment: number;
};

/** S3 behind the pre-signed URLs: keeps what is PUT. */
export type AnswerBox = { puts: Put[]; restore(): void };

/**
 * Takes the place of the network for the answers.
 *
 * @param status what S3 says to a try, counted from 1; `lost`: it took the answer and the connection broke
 */
export function answerBox(status: (tries: number) => number | 'lost' = () => 200): AnswerBox {
  const puts: Put[] = [];
  const put = async (url: string | URL, init: RequestInit = {}): Promise<Response> => {
    if (currentRun()?.dead) return new Promise<never>(() => {});
    puts.push({
      run: currentRun()?.name,
      url: String(url),
      contentType: new Headers(init.headers).get('content-type'),
      body: Buffer.from(init.body as Uint8Array).toString(),
      at: Date.now(),
      moment: moment(),
    });
    const said = status(puts.length);
    if (said === 'lost') throw new TypeError('fetch failed', { cause: new Error(`read ECONNRESET ${url}`) });
    return new Response(null, { status: said });
  };
  vi.stubGlobal('fetch', put);
  return { puts, restore: () => vi.unstubAllGlobals() };
}
