import { requestContext } from './request-context.ts';

/** A shorter text is no secret of ours, and taking it out would garble every message. */
const SHORTEST_SECRET = 8;

/**
 * Remembers a value that must never be shown; `scrub` takes it out of every text from now on, also in the form that
 * JSON gives it. What is no text of 8 characters or more (somebody may have edited the secret by hand) is passed over.
 */
export function keepSecret(value: unknown): void {
  if (typeof value !== 'string' || value.length < SHORTEST_SECRET) return;
  requestContext()?.secrets.add(value).add(JSON.stringify(value).slice(1, -1));
}

/** A text without any value that was given to `keepSecret`. */
export function scrub(text: string): string {
  let clean = text;
  for (const secret of requestContext()?.secrets ?? []) clean = clean.replaceAll(secret, '***');
  return clean;
}

/** Writes one JSON line to the function's log. Fields are names, ids, codes and numbers; never whole inputs or answers. */
export function log(fields: Record<string, unknown>): void {
  console.log(scrub(JSON.stringify(fields)));
}

/** Logs a warning. */
export function warn(warning: string): void {
  log({ level: 'warning', warning });
}
