import { describe, expect, test } from 'vitest';
import { requestOf } from '../../../src/cloudformation/request.ts';
import { createEvent } from '../../support/memory-aws/events.ts';

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
