import { GetUserCommand, TagUserCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { connect } from '../../../src/aws/clients.ts';
import { DeadlineError, LeaseError, LedgerError } from '../../../src/errors.ts';
import { answered, record } from '../../../src/ledger/history.ts';
import { type Held, isAtWork, withLease } from '../../../src/ledger/lease.ts';
import { openLedger } from '../../../src/ledger/ledger.ts';
import { emptyState, type Lease, type LedgerState, type Request } from '../../../src/ledger/state.ts';
import { withRequestContext } from '../../../src/request-context.ts';
import { useAccount } from '../../support/account.ts';
import { elapsed } from '../../support/memory-aws/clock.ts';
import { ledgerTable } from '../../support/memory-aws/world.ts';

const account = useAccount();
const BUNDLE = 'rv-access/redis-access/Bundle/0123456789abcdef';
const NOW = Date.UTC(2026, 0, 15, 12);
const ID = 'id';
const sent = (minute: number) => `20260115T12${String(minute).padStart(2, '0')}00Z`;
const request = (key = 'a', minute = 0, kind = 'Update'): Request => ({ key, kind, sentAt: sent(minute) });
const state = () => JSON.parse(account.aws.ledger[ledgerTable()]?.[BUNDLE]?.state?.S ?? '{}') as LedgerState;
const seconds = () => (Date.now() - NOW) / 1000;
const puts = () => account.aws.calls.filter(({ action }) => action === 'PutItem');

/** Takes the lease, works, and records the request as carried out. */
const carryOut = (of: Request, work: (held: Held) => Promise<void> = async () => {}, signal?: AbortSignal) =>
  withLease<string>(
    signal ? connect(signal) : account.connection,
    {
      bundle: BUNDLE,
      request: of,
      judge: (known) => (answered(known, of) ? `answered ${of.key}` : undefined),
    },
    async (held) => {
      await work(held);
      await held.finish((known) => record(known, of, { outcome: { id: ID } }));
      return `carried out ${of.key}`;
    },
  );

/** Somebody else's lease, as it stands in the ledger. */
function leaseOf(other: Request, beats = 0): Lease {
  return { holder: 'somebody', request: other, beats, since: '2026-01-15T11:59:00.000Z' };
}
function put(lease: Lease | undefined): void {
  const table = account.aws.ledger[ledgerTable()];
  const version = Number(table?.[BUNDLE]?.version?.N ?? 0) + 1;
  const known = { ...emptyState(), ...state(), lease };
  if (table)
    table[BUNDLE] = {
      bundle: { S: BUNDLE },
      version: { N: String(version) },
      state: { S: JSON.stringify(known) },
    };
}

beforeEach(() => vi.setSystemTime(NOW));
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('who holds the lease', () => {
  test('tells so with the request, does the work, and gives it back in the write that records the outcome', async () => {
    let during: LedgerState | undefined;
    await account.wait(
      carryOut(request(), async () => {
        during = state();
      }),
    );
    expect(during?.lease).toMatchObject({ request: request(), beats: 0, since: '2026-01-15T12:00:00.000Z' });
    expect(state()).toMatchObject({ history: [{ key: 'a', outcome: { id: ID } }] });
    expect(state()).not.toHaveProperty('lease');
    expect(puts()).toHaveLength(2);
  });

  test('notes with the lease what the request is about to do', async () => {
    let during: LedgerState | undefined;
    const taking = { bundle: BUNDLE, request: request(), judge: () => undefined };
    const begin = (known: LedgerState) => record(known, request(), { id: 'begun' });
    await account.wait(
      withLease(account.connection, { ...taking, begin }, async () => {
        during = state();
      }),
    );
    expect(during?.history).toMatchObject([{ key: 'a', id: 'begun' }]);
  });

  test('beats every five seconds as long as the work goes on, and not any more after it', async () => {
    const seen: number[] = [];
    await account.wait(
      carryOut(request(), async () => {
        for (let i = 0; i < 4; i += 1) {
          await elapsed(5100);
          seen.push(state().lease?.beats ?? -1);
        }
      }),
    );
    const before = puts().length;
    vi.advanceTimersByTime(60_000);
    expect([seen, puts().length]).toEqual([[1, 2, 3, 4], before]);
  });

  test('gives it back when the work fails', async () => {
    const failing = carryOut(request(), () => Promise.reject(new Error('It failed.')));
    await expect(account.wait(failing)).rejects.toThrow('It failed.');
    expect(state()).not.toHaveProperty('lease');
    expect(answered(state(), request())).toBeUndefined();
  });

  test('writes nothing any more after the deadline: who waits takes it over', async () => {
    const end = new AbortController();
    const failing = carryOut(
      request(),
      async ({ aws }) => {
        end.abort();
        await aws.iam(new GetUserCommand({ UserName: 'redis' }));
      },
      end.signal,
    );
    await expect(account.wait(failing)).rejects.toThrow(DeadlineError);
    expect(state().lease).toBeDefined();
    expect(account.aws.calls.map(({ action }) => action)).not.toContain('GetUser');
  });
});

describe('a holder that cannot keep the lease', () => {
  /** Changes something every second until it is stopped; tells when the last change began. */
  const changing = (last: { at: number }) => async (held: Held) => {
    for (;;) {
      await held.aws.iam(new TagUserCommand({ UserName: 'redis', Tags: [] }));
      last.at = seconds();
      await elapsed(1000);
    }
  };
  beforeEach(() => {
    account.aws.addForeignUser('redis');
  });

  test.each(['hang', 'throttled', 'lostAnswerReset', 'accessDenied', 'error500'] as const)(
    'since its writes fail (%s) stops within 12 s and begins no further change',
    async (fault) => {
      const last = { at: 0 };
      const failing = carryOut(request(), async (held) => {
        account.fail('PutItem', fault, 10_000);
        await changing(last)(held);
      });
      await expect(account.wait(failing)).rejects.toThrow(LedgerError);
      expect(last.at).toBeLessThanOrEqual(12);
      expect(last.at).toBeGreaterThan(10);
    },
  );

  test.each([
    ['answered at once', 0],
    ['answered late', 5000],
  ])('stops within 12 s of the last beat that went through, also if that was %s', async (_how, ms) => {
    const last = { at: 0 };
    const failing = carryOut(request(), async (held) => {
      account.aws.gate = async ({ action }) => {
        if (action !== 'PutItem') return;
        delete account.aws.gate;
        await elapsed(ms);
      };
      let tries = 0;
      account.aws.failCall(({ action }) => action === 'PutItem' && ++tries > 1, 'accessDenied', 10_000);
      await changing(last)(held);
    });
    await expect(account.wait(failing)).rejects.toThrow(LedgerError);
    expect(last.at).toBeLessThanOrEqual(5 + 12);
    expect(last.at).toBeGreaterThan(5 + 10);
  });

  test('since somebody else has taken it over stops at its next beat, and takes nothing back from that one', async () => {
    const last = { at: 0 };
    const failing = carryOut(request(), async (held) => {
      put(leaseOf(request('b', 5)));
      await changing(last)(held);
    });
    await expect(account.wait(failing)).rejects.toThrow(LeaseError);
    expect(last.at).toBeLessThanOrEqual(5);
    expect(state().lease?.holder).toBe('somebody');
  });

  test('writes nothing any more from then on: a beat that is tried again would keep the lease for longer', async () => {
    const begun: number[] = [];
    const done = carryOut(request(), async (held) => {
      begun.push(seconds());
      if (begun.length > 1) return;
      account.fail('PutItem', 'hang', 2);
      await changing({ at: 0 })(held);
    });
    await expect(account.wait(done)).resolves.toBe('carried out a');
    expect(begun[0]).toBe(0);
    expect(begun[1]).toBeGreaterThanOrEqual(12 + 20);
    expect(begun[1]).toBeLessThanOrEqual(12 + 23);
  });

  test('goes on when a beat that failed is followed by one that goes through', async () => {
    const done = carryOut(request(), async ({ aws }) => {
      account.fail('PutItem', 'accessDenied', 5);
      for (let i = 0; i < 30; i += 1) {
        await elapsed(1000);
        await aws.iam(new GetUserCommand({ UserName: 'redis' }));
      }
    });
    await expect(account.wait(done)).resolves.toBe('carried out a');
  });

  test('ends a call that is under way', async () => {
    let ended = 0;
    account.fail('GetUser', 'hang', 1000);
    const failing = carryOut(request(), async ({ aws }) => {
      account.fail('PutItem', 'hang', 10_000);
      await aws.iam(new GetUserCommand({ UserName: 'redis' })).finally(() => {
        ended = seconds();
      });
    });
    await expect(account.wait(failing)).rejects.toThrow(LedgerError);
    expect(ended).toBeLessThanOrEqual(12);
  });
});

describe('who waits', () => {
  test('takes the lease over when its beats have stood still for 20 s by his own clock', async () => {
    put(leaseOf(request('dead')));
    await account.wait(carryOut(request('b', 1)));
    expect(seconds()).toBeGreaterThanOrEqual(20);
    expect(seconds()).toBeLessThanOrEqual(23);
  });

  test('waits on as long as they grow, however little', async () => {
    for (let i = 0; i < 5; i += 1) setTimeout(() => put(leaseOf(request('slow'), i + 1)), i * 19_000);
    put(leaseOf(request('slow')));
    await account.wait(carryOut(request('b', 1)));
    expect(seconds()).toBeGreaterThanOrEqual(4 * 19 + 20);
    expect(seconds()).toBeLessThanOrEqual(4 * 19 + 24);
  });

  test('begins at once when the lease is given back', async () => {
    put(leaseOf(request('quick')));
    setTimeout(() => put(undefined), 3000);
    await account.wait(carryOut(request('b', 1)));
    expect(seconds()).toBeLessThanOrEqual(6);
  });

  test('waits anew when a third one is faster', async () => {
    put(leaseOf(request('dead')));
    account.before('PutItem', () => put({ ...leaseOf(request('third')), holder: 'third' }));
    await account.wait(carryOut(request('b', 1)));
    expect(seconds()).toBeGreaterThanOrEqual(40);
  });

  test('acts on what the one before has left', async () => {
    put(leaseOf(request('slow')));
    setTimeout(() => {
      put(undefined);
      const table = account.aws.ledger[ledgerTable()]?.[BUNDLE];
      if (table)
        table.state = { S: JSON.stringify({ ...state(), owners: { 'user x': { id: ID, since: 'owned' } } }) };
    }, 3000);
    let seen: string[] = [];
    await account.wait(
      carryOut(request('b', 1), async ({ ledger }) => {
        seen = Object.keys(ledger.state.owners);
      }),
    );
    expect(seen).toEqual(['user x']);
  });

  test.each([
    ['one that was sent after it is at work', request('late', 5), request('early', 1), 'gives up'],
    ['one that was sent before it is at work', request('early', 1), request('late', 5), 'waits'],
    ['one that was sent in the same second is at work', request('other', 1), request('this', 1), 'waits'],
    ['the time of the one at work is not known', { key: 'x', kind: 'Update' }, request('this', 1), 'waits'],
    ['its own time is not known', request('late', 5), { key: 'x', kind: 'Update' }, 'waits'],
    [
      'it is a Delete, which has to be carried out',
      request('late', 5),
      request('early', 1, 'Delete'),
      'waits',
    ],
  ])('when %s: %s', async (_when, other, own, what) => {
    put(leaseOf(other));
    const waiting = account.wait(carryOut(own));
    if (what === 'waits') {
      await expect(waiting).resolves.toBe(`carried out ${own.key}`);
      expect(seconds()).toBeGreaterThanOrEqual(20);
    } else {
      await expect(waiting).rejects.toThrow(
        'CloudFormation has sent another request for this bundle (Update) after this one, and that is at work ' +
          'since 2026-01-15T11:59:00.000Z. Nothing was changed by this one. Try again.',
      );
      expect(account.aws.calls.map(({ action }) => action)).toEqual(['GetItem']);
    }
  });

  test('does not lose patience with others who are faster each time', async () => {
    let faster = 0;
    account.aws.gate = async ({ action }) => {
      if (action !== 'PutItem' || ++faster > 6) return;
      put({ ...leaseOf(request('third')), holder: `third ${faster}` });
      setTimeout(() => put(undefined), 1000);
    };
    await expect(account.wait(carryOut(request('b', 1)))).resolves.toBe('carried out b');
    expect(faster).toBeGreaterThan(6);
  });
});

describe('a request that is delivered again', () => {
  test('is answered without the lease when it was carried out', async () => {
    await account.wait(carryOut(request()));
    put(leaseOf(request('b', 9)));
    await expect(account.wait(carryOut(request()))).resolves.toBe('answered a');
    expect(seconds()).toBe(0);
  });

  test('while the first delivery is at work waits for it, and gets the same answer', async () => {
    const work = () => elapsed(30_000);
    const first = carryOut(request(), work);
    const second = elapsed(1000).then(() => carryOut(request(), work));
    await expect(account.wait(Promise.all([first, second]))).resolves.toEqual([
      'carried out a',
      'answered a',
    ]);
    expect(seconds()).toBeLessThan(35);
  });
});

describe('somebody is at work', () => {
  const look = async () => {
    const ledger = await account.wait(openLedger(account.connection, BUNDLE));
    return account.wait(isAtWork(account.connection, ledger));
  };

  test('if the beats of the lease grow within 12 s', async () => {
    put(leaseOf(request('a')));
    setTimeout(() => put(leaseOf(request('a'), 1)), 5000);
    expect([await look(), seconds()]).toEqual([true, 12]);
  });

  test('if another one has taken the lease meanwhile', async () => {
    put(leaseOf(request('a')));
    setTimeout(() => put({ ...leaseOf(request('b')), holder: 'another' }), 5000);
    expect(await look()).toBe(true);
  });

  test('not if they stand still: that run has died', async () => {
    put(leaseOf(request('a')));
    expect(await look()).toBe(false);
  });

  test('not any more if the lease was given back meanwhile', async () => {
    put(leaseOf(request('a')));
    setTimeout(() => put(undefined), 5000);
    expect(await look()).toBe(false);
  });

  test('not if there is no lease, which is known at once', async () => {
    expect([await look(), seconds()]).toEqual([false, 0]);
  });
});

test.each([
  [2, 2],
  [1, 1],
])('LEDGER_LEASE_SECONDS=%i makes all times shrink in step', async (given, takeover) => {
  vi.stubEnv('LEDGER_LEASE_SECONDS', String(given));
  put(leaseOf(request('dead')));
  const seen: number[] = [];
  await account.wait(
    carryOut(request('b', 1), async () => {
      expect(seconds()).toBeGreaterThanOrEqual(takeover);
      expect(seconds()).toBeLessThanOrEqual(takeover * 1.2);
      await elapsed(takeover * 510);
      seen.push(state().lease?.beats ?? -1);
    }),
  );
  expect(seen).toEqual([2]);
});

test('at the deadline of who waits the words say who is at work, and since when', async () => {
  put(leaseOf(request('dead')));
  const end = new AbortController();
  setTimeout(() => end.abort(), 5000);
  const waiting = withRequestContext(() => carryOut(request('b', 1), async () => {}, end.signal));
  await expect(account.wait(waiting)).rejects.toThrow(DeadlineError);
  await expect(waiting).rejects.toThrow(
    'It waited for another request of this bundle (Update, at work since 2026-01-15T11:59:00.000Z).',
  );
});

test('who has waited and is at work then no longer says that it waits', async () => {
  put(leaseOf(request('dead')));
  const end = new AbortController();
  const working = withRequestContext(() =>
    carryOut(
      request('b', 1),
      async ({ aws }) => {
        end.abort();
        await aws.iam(new GetUserCommand({ UserName: 'redis' }));
      },
      end.signal,
    ),
  );
  await expect(account.wait(working)).rejects.toThrow(DeadlineError);
  await expect(working).rejects.toThrow(
    'The operation did not finish in the time of the function and was stopped in good order. Look for slow',
  );
});

describe('a request whose lease was taken over', () => {
  test('begins anew, and is answered if another delivery has carried it out in the meantime', async () => {
    let runs = 0;
    const slow = carryOut(request(), async ({ ledger }) => {
      runs += 1;
      put(leaseOf(request()));
      setTimeout(() => {
        put(undefined);
        const item = account.aws.ledger[ledgerTable()]?.[BUNDLE];
        const known = state();
        record(known, request(), { outcome: { id: ID } });
        if (item) item.state = { S: JSON.stringify(known) };
      }, 3000);
      await ledger.write(() => {});
    });
    await expect(account.wait(slow)).resolves.toBe('answered a');
    expect(runs).toBe(1);
  });

  test('gives up when that happens again and again', async () => {
    let runs = 0;
    const slow = carryOut(request(), async ({ ledger }) => {
      runs += 1;
      put(leaseOf(request()));
      await ledger.write(() => {});
    });
    await expect(account.wait(slow)).rejects.toThrow(LeaseError);
    expect(runs).toBeGreaterThan(1);
    expect(runs).toBeLessThan(10);
  });

  test('and that gives up says what to look for', async () => {
    account.aws.addForeignUser('redis');
    const failing = carryOut(request(), async ({ aws }) => {
      put(leaseOf(request('b')));
      for (;;) {
        await aws.iam(new TagUserCommand({ UserName: 'redis', Tags: [] }));
        await elapsed(1000);
      }
    });
    await expect(account.wait(failing)).rejects.toThrow(
      'The function could not keep its lease of the ledger, so it stopped: another invocation may be at work. ' +
        'Look for failing calls to DynamoDB in its log, then try again.',
    );
  });
});

test.each<[string, (held: Held, end: AbortController) => Promise<void>]>([
  ['succeeds', async () => {}],
  ['fails', () => Promise.reject(new Error('No.'))],
  [
    'has no time left',
    async ({ aws }, end) => {
      end.abort();
      await aws.iam(new GetUserCommand({ UserName: 'redis' }));
    },
  ],
])('a request that %s leaves no timer behind: a warm function would go on beating', async (_how, work) => {
  const end = new AbortController();
  const done = carryOut(request(), (held) => work(held, end), end.signal);
  await account.wait(done).catch(() => {});
  expect(vi.getTimerCount()).toBe(0);
});
