import type { Exchange } from '../../local/cloudformation/exchange.ts';

/** What anybody can read who looks at the stack or at the function's log. */
export interface Told {
  exchanges: Exchange[];
  /** Stack events, outputs, ledgers, and what the function wrote and answered to others than CloudFormation. */
  others: unknown[];
}

/**
 * Secrets that were told, and where; never the secret itself.
 *
 * @param secrets secret access keys and passwords; the signatures of the ResponseURLs are added to them
 */
export function toldSecrets({ exchanges, others }: Told, secrets: Set<string>): string[] {
  const signatures = exchanges.map(
    ({ event }) => new URL(event.ResponseURL).searchParams.get('X-Amz-Signature') ?? event.ResponseURL,
  );
  const places: [string, string][] = [
    ...exchanges.map(({ event, body = '' }): [string, string] => [
      `the answer to a ${event.RequestType}`,
      body,
    ]),
    ...exchanges.map(({ event, attempts }): [string, string] => [
      `the log of a ${event.RequestType}`,
      attempts.map(({ log, error }) => [...log, JSON.stringify(error)].join('\n')).join('\n'),
    ]),
    ['the stack events, the outputs, the ledger, or an answer to others', JSON.stringify(others)],
  ];
  return places.flatMap(([place, text]) =>
    [...secrets, ...signatures]
      .filter((secret) => text.includes(secret) || text.includes(JSON.stringify(secret).slice(1, -1)))
      .map((secret) => `${place} tells a secret of ${secret.length} characters`),
  );
}
