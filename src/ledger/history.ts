import { createHash } from 'node:crypto';
import type { HistoryEntry, LedgerState, Outcome, Request } from './state.ts';

/** How many requests are remembered. */
const MAX_ENTRIES = 20;

/** A name for a request that was delivered with these texts. CloudFormation uses a request id again, with another URL. */
export function requestKey(...texts: string[]): string {
  return createHash('sha256').update(texts.join('\n')).digest('hex').slice(0, 16);
}

/** What a request that was carried out already was answered with. */
export function answered({ history }: LedgerState, { key }: Request): Outcome | undefined {
  return history.find((entry) => entry.key === key && entry.outcome)?.outcome;
}

/** Whether a request that was sent later was carried out already. */
export function isLate({ history }: LedgerState, { sentAt = '' }: Request): boolean {
  return sentAt !== '' && history.some((entry) => entry.outcome && (entry.sentAt ?? '') > sentAt);
}

/** Whether a Create was cancelled by a Delete that was carried out before it: by that very name, or sent later. */
export function isCancelled({ history }: LedgerState, { key, sentAt }: Request, id: string): boolean {
  return history.some(({ cancels, sentAt: cancelledAt }) => {
    if (cancels?.id !== id) return false;
    if (cancels.key) return cancels.key === key;
    return !sentAt || !cancelledAt || sentAt <= cancelledAt;
  });
}

/** The Create of a physical id that was seen last. */
export function createOf({ history }: LedgerState, id: string): HistoryEntry | undefined {
  return history.findLast((entry) => entry.kind === 'Create' && entry.id === id);
}

/** Notes a request: carried out if it has an outcome. */
export function record(state: LedgerState, request: Request, more: Partial<HistoryEntry>): void {
  const others = state.history.filter(({ key }) => key !== request.key);
  state.history = [...others, { ...request, ...more }].slice(-MAX_ENTRIES);
}
