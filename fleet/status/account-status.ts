import type { Target } from '../accounts/target.ts';

/** Whether an account could be read: `denied` by AWS, `failed` for another reason, or it has no stack. */
export type Reading = 'read' | 'denied' | 'failed' | 'no stack';

/** How the bundle of one account stands. What could not be learnt is null; the problem says why. */
export interface AccountStatus extends Target {
  reading: Reading;
  problem: string;
  stackStatus: string | null;
  /** `Active` or `Suspended`, as the stack's parameter says. */
  access: string | null;
  version: string | null;
  policyEdition: string | null;
  accessKeyId: string | null;
  keyCreated: string | null;
  keyAgeDays: number | null;
  /** When the key was last used (ISO 8601), or `never`. */
  keyLastUsed: string | null;
  /** For which service that was; `sts` is also the bundle's own probe of a new key. Empty if never. */
  keyLastUsedService: string | null;
  cloudAccountId: string | null;
  registration: 'active' | 'not active' | 'registered' | 'none' | null;
  /** Differences that the last daily check found; null if no check has told within two days, or it cannot be read. */
  drift: number | null;
  warnings: string | null;
  secretArn: string | null;
}

export function unread(target: Target, reading: Reading, problem: string): AccountStatus {
  return {
    ...target,
    reading,
    problem,
    stackStatus: null,
    access: null,
    version: null,
    policyEdition: null,
    accessKeyId: null,
    keyCreated: null,
    keyAgeDays: null,
    keyLastUsed: null,
    keyLastUsedService: null,
    cloudAccountId: null,
    registration: null,
    drift: null,
    warnings: null,
    secretArn: null,
  };
}

/** What somebody should look at, in the order of urgency; `ok` if nothing. */
export type Verdict = 'denied' | 'failed' | 'no stack' | 'stack' | 'suspended' | 'drifted' | 'old key' | 'ok';

/** An age in days from which on a key is too old: Security Hub's IAM.3. */
const OLD_KEY_DAYS = 90;

/** Every finding about an account; the first one is what a reader sees first. */
export function findingsOf(status: AccountStatus): Verdict[] {
  if (status.reading !== 'read') return [status.reading];
  const findings: Verdict[] = [];
  if (!/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status.stackStatus ?? '')) findings.push('stack');
  if (status.access === 'Suspended') findings.push('suspended');
  if ((status.drift ?? 0) > 0) findings.push('drifted');
  if ((status.keyAgeDays ?? 0) > OLD_KEY_DAYS) findings.push('old key');
  return findings.length > 0 ? findings : ['ok'];
}

const URGENCY: Verdict[] = ['denied', 'failed', 'no stack', 'stack', 'suspended', 'drifted', 'old key', 'ok'];

/** The place of an account among all, if the most urgent comes first. */
export const urgencyOf = (status: AccountStatus): number => URGENCY.indexOf(findingsOf(status)[0] ?? 'ok');

/** How many accounts each finding is about. */
export function countFindings(statuses: AccountStatus[]): Partial<Record<Verdict, number>> {
  const counts: Partial<Record<Verdict, number>> = {};
  for (const verdict of statuses.flatMap(findingsOf)) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return counts;
}
