import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { depthOf, isRead } from '../../../bench/call-depth.ts';

const call = (startedAt: number, endedAt?: number) => ({
  action: 'GetUser',
  startedAt,
  ...(endedAt === undefined ? {} : { endedAt }),
});

describe('The depth of calls', () => {
  it('is 0 without calls', () => {
    expect(depthOf([])).toBe(0);
  });

  it('is the number of calls when each starts after the one before has ended', () => {
    expect(depthOf([call(0, 10), call(10, 20), call(25, 30)])).toBe(3);
  });

  it('is 1 for calls that overlap, however little', () => {
    expect(depthOf([call(0, 10), call(9, 20), call(9.5, 11)])).toBe(1);
  });

  it('follows the longest of several chains that run side by side', () => {
    const long = [call(0, 10), call(11, 20), call(21, 30), call(31, 40)];
    const short = [call(0, 25), call(26, 45)];
    expect(depthOf([...short, ...long])).toBe(4);
  });

  it('counts a call that never ended, and nothing after it', () => {
    expect(depthOf([call(0, 10), call(12), call(20, 30)])).toBe(2);
  });

  it('does not depend on the order in which the calls are given', () => {
    expect(depthOf([call(25, 30), call(0, 10), call(10, 20)])).toBe(3);
  });

  it('is what trying every chain finds', () => {
    const calls = fc.array(
      fc
        .record({ startedAt: fc.integer({ min: 0, max: 60 }), length: fc.integer({ min: 1, max: 30 }) })
        .map(({ startedAt, length }) => call(startedAt, startedAt + length)),
      { maxLength: 14 },
    );
    const tryEvery = (all: ReturnType<typeof call>[], from: number): number =>
      Math.max(
        0,
        ...all
          .filter(({ startedAt }) => startedAt >= from)
          .map(({ endedAt = 0 }) => 1 + tryEvery(all, endedAt)),
      );
    fc.assert(fc.property(calls, (all) => depthOf(all) === tryEvery(all, 0)));
  });
});

describe('A call', () => {
  it.each([
    ['GetUser', true],
    ['ListAccessKeys', true],
    ['DescribeSecret', true],
    ['GetCallerIdentity', true],
    ['TagUser', false],
    ['PutSecretValue', false],
    ['DetachRolePolicy', false],
  ])('%s is a read: %s', (action, read) => {
    expect(isRead(action)).toBe(read);
  });
});
