import { randomUUID } from 'node:crypto';
import { type Aws, connect } from '../aws/clients.ts';
import { tryTo } from '../aws/compensate.ts';
import { sleep } from '../aws/patience.ts';
import { LeaseError } from '../errors.ts';
import { requestContext } from '../request-context.ts';
import { type Ledger, openLedger } from './ledger.ts';
import type { Lease, LedgerState, Request } from './state.ts';

/**
 * Requests that change one bundle are carried out one at a time, whoever sends them. The holder of the lease lets its
 * `beats` grow; who waits takes over when they have stood still for the lease's time by its own clock. No clock is
 * compared with another machine's. A holder that cannot beat stops long before that, so that its last call has ended by then.
 */
const leaseMs = () => Number(process.env.LEDGER_LEASE_SECONDS || 20) * 1000;

/** Parts of the lease's time: a beat, how often who waits looks, and when a holder that could not beat must stop. */
const BEAT = 1 / 4;
const LOOK = 1 / 10;
const STOP = 3 / 5;

/** The lease is held. */
export interface Held {
  ledger: Ledger;
  /** AWS until the lease is lost or the time is over. */
  aws: Aws;
  /** Changes the ledger a last time and gives the lease back, in one write. */
  finish(change: (state: LedgerState) => void): Promise<void>;
}

/** How a request takes the lease. */
interface Taking<T> {
  /** The value of the tag `rv-access:bundle`. */
  bundle: string;
  request: Request;
  /** What to answer by the ledger alone, without the lease; undefined: the request has to be carried out. */
  judge(state: LedgerState): T | undefined;
  /** Noted with the lease. */
  begin?(state: LedgerState): void;
}

/** How often a request begins anew because its lease was taken over: its holder seemed dead, and was only slow. */
const MAX_LOSSES = 4;

/**
 * Does the work of a request while it holds the lease of its bundle. Who loses the lease begins anew: another delivery of
 * the same request may have carried it out in the meantime.
 *
 * @throws LeaseError if a request that was sent later is at work, or if the lease is lost again and again
 * @throws LedgerError if the ledger cannot be read
 */
export async function withLease<T>(
  aws: Aws,
  taking: Taking<T>,
  work: (held: Held) => Promise<T>,
): Promise<T> {
  for (let losses = 0; ; losses += 1) {
    try {
      return await takeAndHold(aws, taking, work);
    } catch (error) {
      const isLost = error instanceof LeaseError && error.isLost;
      if (!isLost || aws.signal.aborted || losses === MAX_LOSSES) throw error;
    }
  }
}

async function takeAndHold<T>(
  aws: Aws,
  { bundle, request, judge, begin }: Taking<T>,
  work: (held: Held) => Promise<T>,
): Promise<T> {
  // Nothing is written any more once this is over, a beat that is under way included.
  const closing = new AbortController();
  try {
    const ledger = await openLedger(connect(AbortSignal.any([aws.signal, closing.signal])), bundle);
    const lease: Lease = { holder: randomUUID(), request, beats: 0, since: new Date().toISOString() };
    // Whose beats are watched, and since when they stand still by our own clock.
    let watched: Lease | undefined;
    for (let since = Date.now(); ; ) {
      const verdict = judge(ledger.state);
      if (verdict !== undefined) return verdict;
      const other = ledger.state.lease;
      if (!other || !watched || !standsStill(watched, other)) since = Date.now();
      watched = other;
      if (!other || Date.now() - since >= leaseMs()) {
        try {
          await ledger.write((state) => {
            state.lease = lease;
            begin?.(state);
          });
          break;
        } catch (error) {
          if (!(error instanceof LeaseError)) throw error;
        }
      } else {
        wait(other, request);
        await sleep(LOOK * leaseMs(), aws.signal);
      }
      await ledger.read();
    }
    waitFor('');
    return await hold(aws, ledger, work);
  } finally {
    closing.abort();
  }
}

/** Tells what is waited for, in case that the time runs out. */
function waitFor(what: string): void {
  const context = requestContext();
  if (context) context.waitingFor = what;
}

/** Whether a request is at work on a bundle. A lease whose beats stand still is that of a run that has died. */
export async function isAtWork(aws: Aws, ledger: Ledger): Promise<boolean> {
  const { lease } = ledger.state;
  if (!lease) return false;
  await sleep(STOP * leaseMs(), aws.signal);
  await ledger.read();
  return ledger.state.lease !== undefined && !standsStill(lease, ledger.state.lease);
}

const standsStill = (before: Lease, { holder, beats }: Lease) =>
  before.holder === holder && before.beats === beats;

/** A request waits for one that was sent before it; one that was sent earlier, and has not begun, gives up. */
function wait({ request: other, since }: Lease, { kind, sentAt = '' }: Request): void {
  waitFor(`It waited for another request of this bundle (${other.kind}, at work since ${since}).`);
  if (kind !== 'Delete' && sentAt && (other.sentAt ?? '') > sentAt)
    throw new LeaseError(
      `CloudFormation has sent another request for this bundle (${other.kind}) after this one, and that is at work ` +
        `since ${since}. Nothing was changed by this one. Try again.`,
      false,
    );
}

/** Beats while the work is done, and gives the lease back in the end. */
async function hold<T>(aws: Aws, ledger: Ledger, work: (held: Held) => Promise<T>): Promise<T> {
  const lost = new AbortController();
  const lose = () =>
    lost.abort(
      new LeaseError(
        'The function could not keep its lease of the ledger, so it stopped: another invocation may be at work. ' +
          'Look for failing calls to DynamoDB in its log, then try again.',
        true,
      ),
    );
  let stop = setTimeout(lose, STOP * leaseMs());
  const beat = async () => {
    const begun = Date.now();
    try {
      await ledger.write(({ lease }) => {
        if (lease) lease.beats += 1;
      });
      clearTimeout(stop);
      if (!ended) stop = setTimeout(lose, STOP * leaseMs() - (Date.now() - begun));
    } catch (error) {
      // A write that fails otherwise may succeed at the next beat.
      if (error instanceof LeaseError) lose();
    }
  };
  let ended = false;
  const beats = setInterval(() => void beat(), BEAT * leaseMs());
  const end = () => {
    ended = true;
    clearInterval(beats);
    clearTimeout(stop);
  };
  const signal = AbortSignal.any([aws.signal, lost.signal]);
  const release = (change: (state: LedgerState) => void) => {
    end();
    return ledger.write((state) => {
      change(state);
      delete state.lease;
    });
  };
  try {
    return await work({ ledger, aws: connect(signal), finish: release });
  } finally {
    // After the deadline nothing is written any more: who waits takes the lease over.
    if (!ended && !signal.aborted) await tryTo(() => release(() => {}));
    end();
  }
}
