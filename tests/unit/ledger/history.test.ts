import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CustomResourceEvent } from '../../../src/cloudformation/event.ts';
import { cancellation, isOutdated, isUndone, requestKey, withRequest } from '../../../src/ledger/history.ts';

const NOW = Date.UTC(2026, 0, 15, 12);
const TAG = 'rv-access:requests';

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

/** @param sent when CloudFormation sent it, in seconds from now; undefined: its URL does not tell */
function request(sent: number | undefined = 0, rest: Partial<CustomResourceEvent> = {}): CustomResourceEvent {
  const date = new Date(NOW + (sent ?? 0) * 1000).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return {
    RequestType: 'Create',
    RequestId: 'request',
    ResponseURL: `https://answers.example/?X-Amz-Date=${date}&X-Amz-Signature=0`,
    StackId: '',
    LogicalResourceId: '',
    ...rest,
  };
}
const undated = { ResponseURL: 'https://answers.example/' };

describe('the name of a request', () => {
  test('is the same for a second delivery, and short', () => {
    expect(requestKey(request())).toBe(requestKey(request()));
    expect(requestKey(request())).toBe(`${requestKey(request()).slice(0, 16)}@${NOW / 1000}`);
    expect(requestKey(request(0, undated))).toMatch(/^[0-9a-f]{16}@$/);
  });

  test.each([
    ['type', { RequestType: 'Delete' as const }],
    ['id', { RequestId: 'another' }],
    ['URL, which CloudFormation makes anew when it repeats an id', undated],
  ])('differs by its %s', (_what, rest) => {
    expect(requestKey(request(0, rest))).not.toBe(requestKey(request()));
  });
});

describe('the note of requests', () => {
  test('ends with the latest, each once', () => {
    const note = withRequest(withRequest(withRequest({}, 'a'), 'b'), 'a');
    expect(note).toEqual({ [TAG]: 'b a' });
  });

  test('holds the last six, so that it fits into a tag', () => {
    let note = {};
    for (let i = 0; i < 20; i += 1) note = withRequest(note, requestKey(request(0, { RequestId: `${i}` })));
    const [text = ''] = Object.values<string>(note);
    expect(text.split(' ')).toHaveLength(6);
    expect(text.endsWith(requestKey(request(0, { RequestId: '19' })))).toBe(true);
    expect(text.length).toBeLessThanOrEqual(256);
  });

  test('leaves other tags alone', () => {
    expect(withRequest({ Team: 'Data' }, 'a')).toEqual({ [TAG]: 'a' });
  });
});

describe('a request is outdated', () => {
  test.each([
    ['when others have followed it', 'a b', 'a', true],
    ['not while it is the latest', 'a b', 'b', false],
    ['not when it has never been seen', 'a b', 'c', false],
    ['not when nothing is noted', '', 'c', false],
    ['when one that was sent later has worked', 'a@1700000011', 'c@1700000000', true],
    ['not when that may be for clocks that differ', 'a@1700000010', 'c@1700000000', false],
    ['not when its own time cannot be told', 'a@1700000000', 'c@', false],
  ])('%s', (_when, note, key, outdated) => {
    expect(isOutdated({ [TAG]: note }, key)).toBe(outdated);
  });

  test('not without a note', () => {
    expect(isOutdated({}, 'a')).toBe(false);
  });
});

describe('a request is undone by the deletion of its bundle', () => {
  test('when it has worked on the bundle before', () => {
    expect(isUndone(withRequest({}, requestKey(request())), request())).toBe(true);
  });

  test('when one that was sent later has worked on the bundle, though this one was never seen', () => {
    const later = withRequest({}, requestKey(request(60, { RequestId: 'another' })));
    expect(isUndone(later, request())).toBe(true);
  });

  test('not when it is another one: it may take the secret over', () => {
    expect(isUndone(withRequest({}, 'another'), request())).toBe(false);
    expect(isUndone({}, request())).toBe(false);
  });

  test.each([
    ['sent before', -1, true],
    ['sent in the same second', 0, true],
    ['sent after', 1, false],
  ])('when it was cancelled: one that was %s it', (_when, sent, undone) => {
    const cancelled = cancellation(request(0, { RequestType: 'Delete' }));
    expect(cancelled).toEqual({ [TAG]: `cancelled-${NOW / 1000}` });
    expect(isUndone(cancelled, request(sent))).toBe(undone);
  });

  test('when it was cancelled within the hour before, if its own time cannot be told', () => {
    const cancelled = cancellation(request(0, { RequestType: 'Delete' }));
    const late = request(undefined, undated);
    vi.setSystemTime(NOW + 3_600_000);
    expect(isUndone(cancelled, late)).toBe(true);
    vi.setSystemTime(NOW + 3_601_000);
    expect(isUndone(cancelled, late)).toBe(false);
  });

  test('a Delete that comes late cancels what was sent before it was sent', () => {
    const late = request(0, { RequestType: 'Delete' });
    vi.setSystemTime(NOW + 60_000);
    expect(cancellation(late)).toEqual({ [TAG]: `cancelled-${NOW / 1000}` });
  });

  test('a Delete whose own time cannot be told cancels what was sent until now', () => {
    expect(cancellation(request(undefined, undated))).toEqual({ [TAG]: `cancelled-${NOW / 1000}` });
  });
});
