import type { CloudResponse, Fields } from './types.ts';

/** The fields of a body; undefined if it is not an object of strings. */
export function readFields(body: string | undefined): Fields | undefined {
  try {
    const fields = JSON.parse(body || '{}') as Fields;
    return Object.values(fields).every((value) => typeof value === 'string') ? fields : undefined;
  } catch {
    return undefined;
  }
}

/** An answer with a body of JSON. */
export function json(status: number, body: unknown): CloudResponse {
  const headers = { 'content-type': 'application/json', 'x-rate-limit-remaining': '399' };
  return { status, headers, body: JSON.stringify(body) };
}
