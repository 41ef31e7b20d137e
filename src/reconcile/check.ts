import { randomUUID } from 'node:crypto';
import type { Aws } from '../aws/clients.ts';
import { sleep } from '../aws/patience.ts';
import { STALE } from '../aws/times.ts';
import { type Bundle, bundleOf } from '../bundle/bundle.ts';
import { bundleTag, type Identity } from '../bundle/bundle-id.ts';
import { policyEdition } from '../bundle/policy-documents.ts';
import { endsAll } from '../errors.ts';
import { lastUse } from '../iam/access-key.ts';
import type { ObservedHolder } from '../iam/holder.ts';
import { standing } from '../ledger/in-force.ts';
import { currentKey } from '../ledger/keys.ts';
import { isAtWork, withLease } from '../ledger/lease.ts';
import { type Ledger, openLedger } from '../ledger/ledger.ts';
import { settle } from '../ledger/owners.ts';
import { log, scrub } from '../log.ts';
import { emitMetrics, type Metrics } from '../metrics.ts';
import { type Finding, type Look, lookForDrift } from './drift.ts';
import { reconcile } from './reconcile.ts';
import { retirePreviousKey } from './retire-key.ts';
import { refuseWiderThanTemplate } from './trust.ts';

/** What a check has found. */
export interface Checked {
  state: 'gone' | 'working' | 'suspended' | 'checked';
  drift: Finding[];
  metrics: Metrics;
  /** What came of a repair, in words. */
  repair?: string;
}

/**
 * Compares a bundle with what is in force by the ledger, and reports; with `Repair` it sets right what an Update would.
 *
 * @param mode for this once; undefined: what the property `DailyCheck` says
 * @param functionArn ARN of this function
 */
export async function check(
  aws: Aws,
  identity: Identity,
  mode: 'Report' | 'Repair' | undefined,
  functionArn: string,
): Promise<Checked> {
  const ledger = await openLedger(aws, bundleTag(identity));
  const report = (state: Checked['state'], metrics: Metrics, drift: Finding[] = []): Checked => {
    for (const finding of drift) log({ level: 'warning', drift: finding });
    if (state !== 'gone') emitMetrics(identity, metrics);
    return { state, drift, metrics };
  };
  if (await isAtWork(aws, ledger)) return report('working', { Drift: 0 });
  const { inForce } = ledger.state;
  if (!inForce) return report('gone', {});
  const bundle = bundleOf(identity, inForce.properties);
  const edition = policyEdition(bundle.properties);
  const always = {
    Suspended: Number(standing(ledger.state) !== undefined),
    PolicyEditionCurrent: Number([bundle.properties.PolicyRevision || edition, 'custom'].includes(edition)),
  };
  if (always.Suspended) return report('suspended', { Drift: 0, ...always });
  await retirePreviousKey(aws, identity).catch((error) => log({ level: 'warning', retired: failed(error) }));
  await ledger.read();
  const look = await lookTwice(aws, bundle, ledger);
  if (!look) return report('working', { Drift: 0 });
  const measured = await measure(aws, ledger, look);
  const checked = report('checked', { Drift: look.findings.length, ...always, ...measured }, look.findings);
  if ((mode ?? bundle.properties.DailyCheck) !== 'Repair' || checked.drift.length === 0) return checked;
  const words = wouldMakeKey(ledger, look)
    ? 'Nothing was repaired: that would take a new access key while the current one works. Raise AccessKeySerial for one.'
    : await repair(aws, identity, functionArn).catch(failed);
  log({ repair: words });
  return { ...checked, repair: scrub(words) };
}

/** What reads as different is read again when no read can be stale any more. @returns undefined if a request is at work */
async function lookTwice(aws: Aws, bundle: Bundle, ledger: Ledger): Promise<Look | undefined> {
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
async function measure(
  aws: Aws,
  { state }: Ledger,
  { plan, working = [], isActive }: Look,
): Promise<Metrics> {
  const key = currentKey(state.keys);
  // Of a key that is gone AWS says nothing but that one may not ask.
  const use = key && working.includes(key.id) ? await lastUse(aws, key.id) : undefined;
  const made = Date.parse(key?.madeAt ?? '');
  const role = plan?.resources.find(({ resource }) => resource.kind === 'role')?.observed;
  const { lastUsed } = (role ?? {}) as Partial<ObservedHolder>;
  return {
    ...(key && {
      AccessKeyAgeDays: days(made),
      AccessKeyIdleDays: days(use?.date.getTime() ?? made),
    }),
    ...(lastUsed && { InstanceRoleIdleDays: days(lastUsed.getTime()) }),
    ...(isActive !== undefined && { RegistrationActive: Number(isActive) }),
  };
}

/** Whether an Update would make an access key although the one in force works: its secret was emptied by hand. */
function wouldMakeKey({ state }: Ledger, { plan, working = [] }: Look): boolean {
  const secret = plan?.resources.find(({ resource }) => resource.kind === 'secret');
  if (!plan || plan.credentials.keyFrom || secret?.standing === 'left') return false;
  return working.includes(currentKey(state.keys)?.id ?? '');
}

/** What failed is told, and does not end the check: what differs stays so, and is found again. */
function failed(error: unknown): string {
  if (endsAll(error)) throw error;
  return `Not done: ${(error as Error).message}`;
}

/** Brings a bundle back to what is in force, as an Update of nothing does. @returns what came of it */
function repair(aws: Aws, identity: Identity, functionArn: string): Promise<string> {
  return withLease(
    aws,
    {
      bundle: bundleTag(identity),
      request: { key: randomUUID(), kind: 'Repair' },
      judge: (state) =>
        state.inForce && !standing(state)
          ? undefined
          : 'Nothing was repaired: access was suspended or the bundle deleted meanwhile.',
    },
    async ({ aws: held, ledger, finish }) => {
      const properties = ledger.state.inForce?.properties ?? {};
      const bundle = bundleOf(identity, properties);
      // What the ledger says is in force may be forged.
      refuseWiderThanTemplate(bundle, undefined);
      const run = {
        aws: held,
        ledger,
        bundle,
        properties,
        knownId: bundle.id,
        before: undefined,
        functionArn,
      };
      const { warnings } = await reconcile(run);
      await finish((state) => {
        settle(state, bundle.id);
        state.underWay = [];
      });
      return ['Repaired.', ...warnings].join(' ');
    },
  );
}
