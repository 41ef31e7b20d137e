import { afterEach, describe, expect, test, vi } from 'vitest';
import { identityOf, requestOf } from '../../../src/cloudformation/request.ts';
import { createEvent, STACK_ID } from '../../support/memory-aws/events.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('whose bundle an event is about', () => {
  test('is the stack and the logical id, and the provider’s stack is that of the function', () => {
    vi.stubEnv('STACK_ID', 'arn:provider');
    expect(identityOf(createEvent())).toMatchObject({
      stack: { id: STACK_ID, name: 'redis-access' },
      logicalId: 'Bundle',
      providerStackId: 'arn:provider',
    });
  });

  test('is taken for the provider’s where the function does not know its stack', () => {
    vi.stubEnv('STACK_ID', '');
    expect(identityOf(createEvent()).providerStackId).toBe(STACK_ID);
  });

  test.each(['none', undefined, 7])('cannot be told by the stack id %j', (StackId) => {
    expect(() => identityOf({ ...createEvent(), StackId: StackId as string })).toThrow(TypeError);
  });
});

describe('what the ledger knows a request by', () => {
  const event = createEvent();
  const sent = (ResponseURL: string) => requestOf({ ...event, ResponseURL }).sentAt;

  test('is the same for a second delivery, and another one for everything else', () => {
    expect(requestOf({ ...event })).toEqual(requestOf(event));
    const others = [
      { RequestType: 'Delete' as const },
      { RequestId: 'x' },
      { ResponseURL: 'https://x.example/' },
    ];
    for (const other of others) expect(requestOf({ ...event, ...other }).key).not.toBe(requestOf(event).key);
  });

  test('tells when it was sent, by the date of the response URL', () => {
    expect(sent('https://x.example/?X-Amz-Date=20260115T120000Z&X-Amz-Expires=7199')).toBe(
      '20260115T120000Z',
    );
    expect(sent('https://x.example/?X-Amz-Date=yesterday')).toBeUndefined();
    expect(sent('https://x.example/')).toBeUndefined();
  });
});
