import type { Aws } from '../aws/clients.ts';
import { sleep, together } from '../aws/patience.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { Identity } from '../bundle/bundle-id.ts';
import { RELEASE_TAG, type Tags, tagValue } from '../bundle/tags.ts';
import { applyCredentials, type CredentialsProgress } from '../credentials/apply.ts';
import { intendCredentials } from '../credentials/intend.ts';
import { resolveIntent } from '../credentials/orphans.ts';
import { isInOrder, planCredentials } from '../credentials/plan.ts';
import { ConflictError, PreconditionError } from '../errors.ts';
import { newPassword } from '../iam/login-profile.ts';
import { beginChange, mayBeInForce } from '../ledger/in-force.ts';
import { abandonIntent } from '../ledger/keys.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { take } from '../ledger/owners.ts';
import type { LedgerState, RawProperties } from '../ledger/state.ts';
import { warn } from '../log.ts';
import type { ObservedSecret } from '../secret/secret.ts';
import { rotationChange } from '../secret/settings.ts';
import { deleteNames } from './delete.ts';
import { ensure } from './ensure.ts';
import { knowsNothing, type Observed, observe } from './observe.ts';
import { makePlan, ownPolicyArns, type Plan } from './plan.ts';
import { rebuild } from './rebuild.ts';
import { applyRegistration, observeRegistration, redisAsConsumer, takeRegistration } from './registration.ts';
import { resume, standing } from './suspension.ts';

/** A request to bring a bundle to what it should be, while the lease is held. */
export interface Reconciling {
  aws: Aws;
  ledger: Ledger;
  identity: Identity;
  bundle: Bundle;
  /** The properties that it follows from, as CloudFormation has sent them. */
  properties: RawProperties;
  /** The physical id that CloudFormation knows; for a Create the one that it will get. */
  knownId: string;
  /** The state that an Update leaves, by CloudFormation's word. */
  before: Bundle | undefined;
  /** Of the user, in that state. */
  tagsBefore: Tags;
  /** ARN of this function, which Secrets Manager calls to rotate. */
  functionArn: string;
}

/** What there is once the bundle is as it should be. */
export interface Reconciled {
  secretArn: string;
  accessKeyId: string;
  /** ISO 8601; empty if it is not known. */
  accessKeyCreated: string;
  /** At Redis; empty if the bundle is not registered. */
  cloudAccountId: string;
  warnings: string[];
}

/** How often a fresh look is taken because something has changed since the last one, and after which wait. */
const MAX_LOOKS = 5;
const LOOK_AGAIN_MS = 1000;

/**
 * Brings a bundle to what it should be, from whatever state, and idempotently: everything is observed first, then what
 * does not exist is made, then what differs is set right, then the credentials follow. When nothing differs, nothing is
 * written.
 *
 * @param progress tells who has to clean up after a failure how far it has come
 * @throws PreconditionError if something is in the way; nothing was changed then
 */
export async function reconcile(run: Reconciling, progress: CredentialsProgress): Promise<Reconciled> {
  await resolveIntent(run.aws, run.ledger);
  for (let looks = 1; ; looks += 1) {
    try {
      return await reconcileOnce(run, progress);
    } catch (error) {
      // The outcome of this run's own intent is known then.
      if (!progress.keyAsked) run.ledger.note((state) => abandonIntent(state));
      if (!(error instanceof ConflictError)) throw error;
      if (looks >= MAX_LOOKS) throw new PreconditionError([`${error.message} It keeps changing. Try again.`]);
      await sleep(LOOK_AGAIN_MS * looks, run.aws.signal);
    }
  }
}

async function reconcileOnce(run: Reconciling, progress: CredentialsProgress): Promise<Reconciled> {
  const { aws, ledger, identity, bundle, before } = run;
  // Observe: everything, before anything is touched.
  const mayBe = mayBeInForce(identity, ledger.state);
  const [observed, registration] = await Promise.all([
    observe(aws, bundle, ledger.state, mayBe),
    observeRegistration(aws, bundle, ledger.state),
  ]);
  if (knowsNothing(ledger.state) && observed.resources.some(({ standing }) => standing === 'owned')) {
    await rebuild(aws, ledger, before ? [bundle, before] : [bundle], run.knownId);
    throw new ConflictError('The ledger was lost and has been rebuilt.');
  }

  // Plan: what differs, as data. Keys that a suspension has made Inactive will be Active by then.
  const suspended = standing(ledger.state)?.keys ?? [];
  for (const key of observed.credentials.keys) key.active ||= suspended.includes(key.id);
  const plan = makePlan({ ...run, state: ledger.state, mayBe }, observed);
  const conflicts = [...plan.conflicts, ...(registration?.conflicts ?? [])];
  if (conflicts.length > 0) throw new PreconditionError(conflicts);
  for (const warning of plan.warnings) warn(warning);

  // Intend: the ledger knows of everything before it happens.
  if (plan.isNeeded || registration)
    await ledger.write((state) => {
      intend(state, run, plan, observed);
      takeRegistration(state, bundle.id, registration);
    });

  await resume(aws, ledger, bundle);

  // Ensure: what is missing is made, what is there becomes ours. A password takes two calls that depend on nothing else.
  const { setPassword, passwordFrom } = plan.credentials;
  const password = setPassword && !passwordFrom ? newPassword(aws) : undefined;
  password?.catch(() => {});
  const own = ownPolicyArns({ bundle, state: ledger.state });
  const ensured = await ensure(aws, bundle, plan, ledger.state.keys, own);

  // Sync: what differs is set right. No credential is made before all of this is done.
  await together(ensured.changes.map(({ apply }) => apply()));

  // Credentials: planned anew where the secret could not be read before.
  const { versions } = ensured;
  const credentials = versions ? { ...observed.credentials, versions } : observed.credentials;
  const credentialsPlan = versions
    ? planCredentials(bundle.secret, bundle.user, credentials)
    : plan.credentials;
  const content = await applyCredentials(
    { aws, ledger, user: bundle.user, secret: bundle.secret },
    credentials,
    credentialsPlan,
    password,
    redisAsConsumer(ledger, bundle, registration),
    progress,
    credentialsPlan === plan.credentials,
  );
  const warnings = await applyRegistration(ledger, bundle, content, registration);
  const secret = observed.resources.find(({ resource }) => resource.kind === 'secret')?.observed;
  const rotation = rotationChange(
    aws,
    bundle.secret,
    { rotationDays: (secret as ObservedSecret | undefined)?.rotationDays ?? 0 },
    mayBe.map((state) => state?.secret),
    run.functionArn,
  );
  await rotation?.apply();

  // Finish: what is not desired any more goes.
  const { stack } = bundle;
  await deleteNames(aws, ledger, [...plan.surplus, ...plan.unknown], {
    stack,
    tag: bundle.tag,
    providerStackId: identity.providerStackId,
    recoveryDays: bundle.secret.recoveryDays,
  });
  const adopted = plan.resources.find(
    ({ resource, action }) => resource.kind === 'user' && action === 'adopt',
  );
  if (adopted?.observed && tagValue(adopted.observed.tags, RELEASE_TAG) !== undefined)
    await adopted.resource.untag([RELEASE_TAG]);

  const { accessKeyId = '' } = content;
  const made = ledger.state.keys.made.find(({ id }) => id === accessKeyId);
  const { known } = (registration && ledger.state.registration) ?? {};
  return {
    secretArn: ensured.secretArn,
    accessKeyId,
    accessKeyCreated: made?.madeAt ?? '',
    cloudAccountId: String(known?.cloudAccountId ?? ''),
    warnings: [...plan.warnings, ...warnings],
  };
}

/** One write gives all names to this generation and tells what is about to change. */
function intend(
  state: LedgerState,
  { bundle, properties }: Reconciling,
  { resources, credentials }: Plan,
  observed: Observed,
): void {
  beginChange(state, properties);
  if (!isInOrder(credentials)) intendCredentials(state, bundle, observed.credentials, credentials);
  take(
    state,
    bundle.id,
    resources.map(({ taking }) => taking),
  );
}
