const secrets = new Set<string>();

/**
 * Remembers a value that must never be shown; `scrub` takes it out of every text from now on, also in the form that
 * JSON gives it.
 */
export function keepSecret(value: string | undefined): void {
  if (value) secrets.add(value).add(JSON.stringify(value).slice(1, -1));
}

/** A text without any value that was given to `keepSecret`. */
export function scrub(text: string): string {
  let clean = text;
  for (const secret of secrets) clean = clean.replaceAll(secret, '***');
  return clean;
}

/** Writes one JSON line to the function's log. Fields are names, ids, codes and numbers; never whole inputs or answers. */
export function log(fields: Record<string, unknown>): void {
  console.log(scrub(JSON.stringify(fields)));
}
