import { expect, test } from 'vitest';
import type { Exchange } from '../../local/cloudformation/exchange.ts';
import { createRequest, newResource } from './requests.ts';
import { toldSecrets } from './told-secrets.ts';

const PASSWORD = 'a "quoted\\ password';
const SIGNATURE = '0123abcd';

function exchange(change: { body?: string; log?: string[]; errorMessage?: string } = {}): Exchange {
  const { body = '{}', log = [], errorMessage = '' } = change;
  const error = { errorType: 'Error', errorMessage };
  return {
    event: {
      ...createRequest(newResource()),
      ResponseURL: `http://localhost/x?X-Amz-Signature=${SIGNATURE}`,
    },
    body,
    late: false,
    attempts: [{ outcome: 'error', error, log, requestId: 'r', attempt: 1 }],
  };
}

const found = (told: Exchange, others: unknown[] = []) =>
  toldSecrets({ exchanges: [told], others }, new Set([PASSWORD]));

test('nothing is found where no secret was told', () => {
  expect(found(exchange({ log: ['a password was set'] }), [{ outputs: {} }])).toEqual([]);
});

test.each([
  ['the answer to a Create', exchange({ body: JSON.stringify({ Reason: PASSWORD }) })],
  ['the log of a Create', exchange({ log: ['before', PASSWORD] })],
  ['the log of a Create', exchange({ log: [JSON.stringify({ message: PASSWORD })] })],
  ['the log of a Create', exchange({ errorMessage: PASSWORD })],
])('a secret is found in %s', (place, told) => {
  expect(found(told)).toEqual([`${place} tells a secret of ${PASSWORD.length} characters`]);
});

test('a secret is found in stack events and outputs', () => {
  expect(found(exchange(), [[{ resourceStatusReason: `because ${PASSWORD}` }]])).toHaveLength(1);
});

test('the signature of a ResponseURL is a secret', () => {
  expect(found(exchange({ log: [`PUT /x?X-Amz-Signature=${SIGNATURE}`] }))).toHaveLength(1);
});
