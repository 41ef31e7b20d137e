import type { Aws } from '../aws/clients.ts';
import { sleep } from '../aws/patience.ts';
import { STALE } from '../aws/times.ts';
import { bundleTag, type Identity } from '../bundle/bundle-id.ts';
import { policyEdition } from '../bundle/policy-documents.ts';
import { type BundleProperties, parsePropertiesLeniently } from '../bundle/properties.ts';
import { DeadlineError, LeaseError } from '../errors.ts';
import { lastUse } from '../iam/access-key.ts';
import type { ObservedRole } from '../iam/role.ts';
import { bundleOf } from '../ledger/in-force.ts';
import { currentKey } from '../ledger/keys.ts';
import { isAtWork } from '../ledger/lease.ts';
import { type Ledger, openLedger } from '../ledger/ledger.ts';
import type { InForce } from '../ledger/state.ts';
import { log, scrub } from '../log.ts';
import { emitMetrics, type Metrics } from '../metrics.ts';
import { type Finding, type Look, lookForDrift } from './drift.ts';
import { repair } from './repair.ts';
import { retirePreviousKey } from './retire-key.ts';
import { standing } from './suspension.ts';

/** What a check is about. */
export interface Check {
  identity: Identity;
  /** For this once; undefined: what the property `DailyCheck` says. */
  mode: 'Report' | 'Repair' | undefined;
  /** ARN of this function. */
  functionArn: string;
  /** Throws if properties would let in whom the template does not: what the ledger says is in force may be forged. */
  refuse(properties: BundleProperties): void;
}

/** What a check has found. */
export interface Checked {
  state: 'gone' | 'working' | 'suspended' | 'checked';
  drift: Finding[];
  metrics: Metrics;
  /** What came of a repair, in words. */
  repair?: string;
}

/** Compares a bundle with what is in force by the ledger, and reports; with `Repair` it sets right what an Update would. */
export async function check(aws: Aws, { identity, mode, functionArn, refuse }: Check): Promise<Checked> {
  const ledger = await openLedger(aws, bundleTag(identity));
  const report = (state: Checked['state'], metrics: Metrics, drift: Finding[] = []): Checked => {
    for (const finding of drift) log({ level: 'warning', drift: finding });
    if (state !== 'gone') emitMetrics(identity, metrics);
    return { state, drift, metrics };
  };
  if (await isAtWork(aws, ledger)) return report('working', { Drift: 0 });
  const { inForce } = ledger.state;
  if (!inForce) return report('gone', {});
  const { PolicyRevision, ...properties } = parsePropertiesLeniently(inForce.properties, identity.stack);
  const always = {
    Suspended: Number(standing(ledger.state) !== undefined),
    PolicyEditionCurrent: Number(
      [PolicyRevision || policyEdition(properties), 'custom'].includes(policyEdition(properties)),
    ),
  };
  if (always.Suspended) return report('suspended', { Drift: 0, ...always });
  await retirePreviousKey(aws, identity).catch((error) => log({ level: 'warning', retired: failed(error) }));
  await ledger.read();
  const look = await lookTwice(aws, identity, ledger, inForce);
  if (!look) return report('working', { Drift: 0 });
  const checked = report(
    'checked',
    { Drift: look.findings.length, ...always, ...(await measure(aws, ledger, look)) },
    look.findings,
  );
  if ((mode ?? properties.DailyCheck) !== 'Repair' || checked.drift.length === 0) return checked;
  const words = wouldMakeKey(ledger, look)
    ? 'Nothing was repaired: that would take a new access key while the current one works. Raise AccessKeySerial for one.'
    : await repair(aws, identity, functionArn, refuse).catch(failed);
  log({ repair: words });
  return { ...checked, repair: scrub(words) };
}

/** What reads as different is read again when no read can be stale any more. @returns undefined if a request is at work */
async function lookTwice(
  aws: Aws,
  identity: Identity,
  ledger: Ledger,
  { properties }: InForce,
): Promise<Look | undefined> {
  const bundle = bundleOf(identity, properties);
  const text = () => JSON.stringify(ledger.state);
  const before = text();
  const first = await lookForDrift(aws, bundle, ledger.state);
  if (first.findings.length === 0) return first;
  await sleep(STALE.forMs, aws.signal);
  const second = await lookForDrift(aws, bundle, ledger.state);
  await ledger.read();
  if (text() !== before) return undefined;
  const seen = first.findings.map((finding) => JSON.stringify(finding));
  return { ...second, findings: second.findings.filter((finding) => seen.includes(JSON.stringify(finding))) };
}

const days = (since: number) => Math.round((Date.now() - since) / 864_000) / 100;

/** How old and how idle the access is. */
async function measure(aws: Aws, { state }: Ledger, { plan, isActive }: Look): Promise<Metrics> {
  const key = currentKey(state.keys);
  const use = key && (await lastUse(aws, key.id));
  const made = Date.parse(key?.madeAt ?? '');
  const role = plan?.resources.find(({ resource }) => resource.kind === 'role')?.observed;
  const { lastUsed } = (role ?? {}) as Partial<ObservedRole>;
  return {
    ...(key && {
      AccessKeyAgeDays: days(made),
      // The function's own probe calls STS.
      AccessKeyIdleDays: days(use && use.service !== 'sts' ? use.date.getTime() : made),
    }),
    ...(lastUsed && { InstanceRoleIdleDays: days(lastUsed.getTime()) }),
    ...(isActive !== undefined && { RegistrationActive: Number(isActive) }),
  };
}

/** Whether an Update would make an access key although the one in force works: its secret was emptied by hand. */
function wouldMakeKey({ state }: Ledger, { plan, working = [] }: Look): boolean {
  const secret = plan?.resources.find(({ resource }) => resource.kind === 'secret');
  if (!plan || plan.credentials.keyFrom || secret?.action === 'restore') return false;
  return working.includes(currentKey(state.keys)?.id ?? '');
}

/** What failed is told, and does not end the check: what differs stays so, and is found again. */
function failed(error: unknown): string {
  if (error instanceof DeadlineError || error instanceof LeaseError) throw error;
  return `Not done: ${(error as Error).message}`;
}
