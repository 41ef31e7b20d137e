import type { Aws } from '../aws/clients.ts';
import { sleep, together } from '../aws/patience.ts';
import { LOOK_AGAIN } from '../aws/times.ts';
import { RELEASE_TAG, tagValue } from '../bundle/tags.ts';
import { applyCredentials } from '../credentials/apply.ts';
import { resolveIntent } from '../credentials/orphans.ts';
import { planCredentials } from '../credentials/plan.ts';
import { ConflictError, PreconditionError } from '../errors.ts';
import { newPassword } from '../iam/login-profile.ts';
import { beginChange } from '../ledger/in-force.ts';
import { take } from '../ledger/owners.ts';
import type { ObservedSecret } from '../secret/secret.ts';
import { mustSetRotation, setRotation } from '../secret/settings.ts';
import type { SecretContent } from '../secret/versions.ts';
import { deleteNames } from './delete.ts';
import { type Ensured, ensure } from './ensure.ts';
import { look, planFrom, type Seen } from './look.ts';
import { type Plan, takingOf } from './plan.ts';
import { beginPreflight } from './preflight.ts';
import { applyRegistration, redisAsConsumer, takeRegistration } from './registration.ts';
import { foundIn, type Reconciled, type Reconciling } from './run.ts';
import { resume } from './suspension.ts';

/**
 * Brings a bundle to what it should be, from whatever state, and idempotently: everything is observed first, then what
 * does not exist is made, then what differs is set right, then the credentials follow. When nothing differs, nothing is
 * written.
 *
 * @throws PreconditionError if something is in the way; nothing was changed then
 */
export async function reconcile(run: Reconciling): Promise<Reconciled> {
  await resolveIntent(run.aws, run.ledger);
  for (const end = Date.now() + LOOK_AGAIN.forMs; ; ) {
    // A fresh look is taken in any case, however long the first one was under way.
    const isLast = Date.now() > end;
    try {
      return await reconcileOnce(run);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      if (isLast) throw new PreconditionError([error.message]);
      await sleep(LOOK_AGAIN.everyMs, run.aws.signal);
    }
  }
}

async function reconcileOnce(run: Reconciling): Promise<Reconciled> {
  const { aws, ledger, bundle } = run;
  // Observe: everything, before anything is touched. Plan: what differs, as data.
  const preflight = beginPreflight(run);
  const seen = await look(run);
  const plan = planFrom(run, seen);

  // Intend: the ledger knows of everything before it happens; one write gives all names to this generation.
  await ledger.write((state) => {
    beginChange(state, run.properties);
    take(state, bundle.id, plan.resources.map(takingOf));
    takeRegistration(state, bundle.id, seen.registration);
  });
  await resume(aws, ledger, bundle);

  // Ensure: what is missing is made, what is there becomes ours. A password takes two calls that depend on nothing else.
  const password = preparedPassword(aws, plan);
  const ensured = await ensure(run, plan);

  // Sync: what differs is set right. No credential is made before all of this is done.
  await preflight.beside(together(ensured.changes.map(({ apply }) => apply())));

  const content = await followWithCredentials(run, seen, plan, { ensured, password });
  const warnings = await applyRegistration(ledger, bundle, content, seen.registration);
  await switchRotation(run, seen);
  await finish(run, plan);
  const flown = await preflight.end();
  const found = foundIn(ledger.state, bundle, ensured.secretArn, content.accessKeyId ?? '');
  return {
    found: { ...found, PreflightFindings: flown.preflightFindings },
    warnings: [...plan.warnings, ...warnings, ...flown.warnings],
  };
}

function preparedPassword(aws: Aws, { credentials }: Plan): Promise<string> | undefined {
  if (!credentials.setPassword || credentials.passwordFrom) return undefined;
  const password = newPassword(aws);
  // Whether it is needed in the end is not known yet.
  password.catch(() => {});
  return password;
}

/** The credentials follow; planned anew where the secret could not be read before. */
function followWithCredentials(
  { aws, ledger, bundle }: Reconciling,
  { observed, registration }: Seen,
  plan: Plan,
  work: { ensured: Ensured; password: Promise<string> | undefined },
): Promise<SecretContent> {
  const { versions: read } = work.ensured;
  const { versions } = observed.credentials;
  const credentials = { ...observed.credentials, ...(read && { versions: [...read, ...versions] }) };
  const next = read ? planCredentials(bundle.secret, bundle.user, credentials) : plan.credentials;
  const { user, secret } = bundle;
  const consumer = redisAsConsumer(ledger, bundle, registration);
  return applyCredentials({ aws, ledger, user, secret, consumer }, credentials, next, work.password);
}

async function switchRotation(
  { aws, bundle, functionArn }: Reconciling,
  { observed, mayBe }: Seen,
): Promise<void> {
  const secret = observed.resources.find(({ resource }) => resource.kind === 'secret');
  const { rotationDays = 0 } = (secret?.observed ?? {}) as Partial<ObservedSecret>;
  const before = [
    ...mayBe.map((state) => state?.secret),
    ...(secret?.standing === 'owned' ? [] : [undefined]),
  ];
  if (mustSetRotation(bundle.secret, rotationDays, before))
    await setRotation(aws, bundle.secret, functionArn);
}

/** What is not desired any more goes. */
async function finish({ aws, ledger, bundle }: Reconciling, plan: Plan): Promise<void> {
  await deleteNames(aws, ledger, plan.left, bundle);
  const adopted = plan.resources.find(
    ({ resource, standing }) => resource.kind === 'user' && standing === 'foreign',
  );
  if (adopted?.observed && tagValue(adopted.observed.tags, RELEASE_TAG) !== undefined)
    await adopted.resource.untag([RELEASE_TAG]);
}
