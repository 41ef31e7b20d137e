import { inspect } from 'node:util';
import type { Invocation } from '../support/memory-aws/invoke.ts';
import type { World } from '../support/memory-aws/world.ts';

/** What must be found nowhere: every secret access key and password that ever existed, and who may answer for us. */
function canaries(world: World, invocations: Invocation[]): string[] {
  const urls = invocations.flatMap(({ event }) => {
    // A step of a rotation has none.
    const { ResponseURL } = event as Partial<typeof event>;
    if (!ResponseURL) return [];
    return [ResponseURL, ResponseURL.split('X-Amz-Signature=')[1] ?? ResponseURL];
  });
  return [...world.minted.filter((secret) => secret.length > 7), ...urls];
}

/** All that somebody might see of an invocation, as text; of an error all that it carries with it, at any depth. */
function visible(invocation: Invocation): [string, string][] {
  return [
    ['the log', invocation.lines.map(({ text }) => text).join('\n')],
    ['the answer', invocation.puts.map(({ body }) => body).join('\n')],
    ['what was thrown', inspect(invocation.thrown, { depth: 20, showHidden: true, maxStringLength: null })],
  ];
}

/** Where secrets have got out. Tells the place and the length of what was found there, never the secret itself. */
export function leaks(world: World, invocations: Invocation[]): string[] {
  const secrets = canaries(world, invocations);
  const ledger = JSON.stringify(world.ledger);
  const found = secrets
    .filter((secret) => ledger.includes(JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1)))
    .map((secret) => `the ledger holds a secret of ${secret.length} characters`);
  for (const invocation of invocations) {
    for (const [where, text] of visible(invocation)) {
      const escaped = JSON.stringify(text);
      for (const secret of secrets) {
        if (text.includes(secret) || escaped.includes(secret)) {
          found.push(
            `${where} of the ${invocation.event.RequestType} shows a secret of ${secret.length} characters`,
          );
        }
      }
    }
  }
  return found;
}
