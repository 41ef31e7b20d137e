import { describe, expect, test } from 'vitest';
import { CallError, DeadlineError, InvalidPropertiesError, PreconditionError } from '../../src/errors.ts';

const cause = (message: string, requestId?: string) =>
  Object.assign(new Error(message), { name: 'InvalidInput', ...(requestId && { $metadata: { requestId } }) });

describe('a call that failed says which one, for what, why and what to do, as sentences', () => {
  test.each([
    ['redis', 'It is bad.', '', undefined, 'GetUser for "redis" failed: InvalidInput: It is bad.'],
    [
      'redis',
      'It is bad',
      'Mend it.',
      undefined,
      'GetUser for "redis" failed: InvalidInput: It is bad. Mend it.',
    ],
    [
      'redis',
      'It is bad.',
      'Mend it.',
      'r-1',
      'GetUser for "redis" failed: InvalidInput: It is bad (request id r-1). Mend it.',
    ],
    ['', ' It is bad. ', '', 'r-1', 'GetUser failed: InvalidInput: It is bad (request id r-1).'],
  ])('of %j with %j, %j and request id %s', (subject, message, advice, requestId, expected) => {
    const error = new CallError('GetUser', subject, advice, cause(message, requestId));
    expect(error.message).toBe(expected);
    expect([error.action, error.cause.name]).toEqual(['GetUser', 'InvalidInput']);
  });
});

test('bad properties are told one after the other, and that nothing was changed', () => {
  expect(new InvalidPropertiesError(['A is bad.', 'B is bad.']).message).toBe(
    'A is bad. B is bad. Nothing was changed.',
  );
});

test('preconditions are told one after the other', () => {
  expect(new PreconditionError(['Clear A.', 'Clear B.']).message).toBe('Clear A. Clear B.');
});

test('at the deadline the message says what the request was waiting for, if that is known', () => {
  expect(new DeadlineError().message).toMatch(
    /^The operation did not finish .* in good order\. Look for slow/,
  );
  expect(new DeadlineError('It waited for a replica.').message).toContain(
    'in good order. It waited for a replica. Look',
  );
});
