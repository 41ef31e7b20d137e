import { type Aws, sleep, together } from '../aws/clients.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { BUNDLE_TAG, type Tags } from '../bundle/tags.ts';
import type { CustomResourceEvent } from '../cloudformation/event.ts';
import { convergeCredentials } from '../credentials/apply.ts';
import { mintingIntent } from '../credentials/intent.ts';
import { obstacleToCredentials, settleCredentials, warningsOn } from '../credentials/observe.ts';
import { isConverged } from '../credentials/plan.ts';
import { BlockedError, DeadlineError, OvertakenError, SupersededError } from '../errors.ts';
import { newPassword } from '../iam/login-profile.ts';
import { dropRole } from '../iam/role-deletion.ts';
import { isLatest, requestKey, withRequest } from '../ledger/history.ts';
import { inheritTurn, type Turn, takeTurn } from '../ledger/lease.ts';
import { isPast } from '../ledger/past.ts';
import { log } from '../log.ts';
import { type Claim, owns, type Step, tagsUnderWay } from '../resource/resource.ts';
import {
  claimSecret,
  obstaclesToTakeOver,
  placeholderId,
  tagSecret,
  takeOverSecret,
} from '../secret/ensure.ts';
import { CURRENT, type LiveSecret, type SecretBefore, secretIsGone, staged } from '../secret/secret.ts';
import { shapeSecret } from '../secret/settings.ts';
import { observe } from './observe.ts';

/** The state that an Update leaves: what it had set is taken back if it is wanted no more. */
export interface Before {
  /** Ids under which entities may be known: CloudFormation's, and the one that the properties before would give. */
  ids: string[];
  tags: Tags;
  boundaryArn: string;
  secretName: string;
  secret: SecretBefore;
  /** Whether the bundle shall be another than it was, and not only be treated in another way. */
  differs: boolean;
}

/** What there is once the bundle is as it should be. */
export interface Converged {
  secretArn: string;
  accessKeyId: string;
  /** Sentences for the user. */
  warnings: string[];
}

/** What a request has found and done, for those who have to clean up after it. */
export interface Progress {
  /** Whether anything carried the bundle's id before this request; undefined until everything was read. */
  ownedBefore?: boolean;
  /** What was made, as `user "redislabs-user"`. */
  made: Set<string>;
  /** The secret is there, and tells a Delete of this bundle. */
  secretClaimed?: boolean;
  /** New credentials may have become the current ones. */
  promoting?: boolean;
  /** The request's turn, if it has taken or awaits one. */
  turn: Turn;
}

/** The progress of a request that has done nothing yet. */
export const noProgress = (): Progress => ({
  made: new Set(),
  turn: { secrets: new Set(), tagKeys: new Set() },
});

/** After which wait a run starts anew because another one has been faster, in milliseconds. */
const START_INTERVAL = 500;

/**
 * Makes the bundle what it should be, whatever is there now: everything is read first, then what does not exist is made,
 * then what differs is set right, then the credentials follow. When nothing differs, nothing is written.
 *
 * @param progress is filled in on the way; its turn is to be ended
 * @throws BlockedError if something is in the way; nothing was changed then
 * @throws SupersededError if the bundle was deleted after this request was sent
 */
export async function converge(
  aws: Aws,
  bundle: Bundle,
  before: Before | undefined,
  event: CustomResourceEvent,
  progress: Progress,
): Promise<Converged> {
  for (let start = 1; ; start += 1) {
    try {
      return await convergeOnce(aws, bundle, before, event, progress);
    } catch (error) {
      if (!(error instanceof OvertakenError)) throw error;
      if (start >= error.starts) throw new BlockedError([error.message]);
      await sleep(START_INTERVAL * start, aws.signal);
    }
  }
}

/** One run. */
async function convergeOnce(
  aws: Aws,
  bundle: Bundle,
  before: Before | undefined,
  event: CustomResourceEvent,
  progress: Progress,
): Promise<Converged> {
  const { id, tags, secret: desiredSecret } = bundle;
  const key = requestKey(event);
  const claim: Claim = {
    id,
    predecessors: before?.ids ?? [],
    adopt: bundle.adopt,
    tags,
    tagsBefore: before?.tags ?? {},
    made: progress.made,
  };

  // Observe: everything, before anything is touched.
  const seen = await observe(aws, bundle, claim, before?.boundaryArn, before?.secretName);
  const { wanted, secret, inherited } = seen;
  const plans = wanted.map(({ plan }) => plan);
  const ours = [secret, inherited].filter((live) => live?.readable === true) as LiveSecret[];
  inheritTurn(ours, key, progress.turn);
  progress.ownedBefore ??= [...seen.owners, secret?.readable && secret.tags[BUNDLE_TAG]].includes(id);
  if (isPast(seen, claim, event)) {
    log({ level: 'warning', warning: 'This request came again after later ones; nothing was done.' });
    const { accessKeyId = '' } = staged(secret?.versions ?? [], CURRENT)?.content ?? {};
    return { secretArn: secret?.arn ?? '', accessKeyId, warnings: [] };
  }
  const { live: credentials, plan } = await settleCredentials(
    aws,
    bundle.user,
    desiredSecret,
    seen.credentials,
    seen.readCredentialsAgain,
  );

  // Refuse: what belongs to others is in the way before the first write, or not at all.
  const foreignSecret = secret && !secret.readable ? secret : undefined;
  const obstacles = [
    ...wanted.flatMap((entity) => entity.obstacles),
    ...(foreignSecret ? obstaclesToTakeOver(foreignSecret, seen.user.live, claim) : []),
  ];
  if (obstacles.length > 0) throw new BlockedError(obstacles);
  // A key that another run has just made looks foreign until its intent is read.
  const noRoom = foreignSecret ? undefined : obstacleToCredentials(bundle.user.name, credentials, plan);
  if (noRoom) throw new OvertakenError(noRoom, 2);

  const claimEntities = () => together(plans.map((plan) => plan.claim()));
  if (foreignSecret) {
    await claimEntities();
    const taken = foreignSecret.deletedDate ? tags : tagsUnderWay(claim, foreignSecret.tags);
    const holdsPast =
      !owns(claim, foreignSecret.tags) || (!before && !seen.user.live) || inherited?.readable === true;
    await takeOverSecret(aws, bundle, foreignSecret, { ...taken, ...withRequest({}, key) }, holdsPast).catch(
      async (error) => {
        // Once it is restored, only the user that was made for it tells whose it is.
        progress.secretClaimed = !(await secretIsGone(aws, desiredSecret.name));
        throw error;
      },
    );
    throw new OvertakenError(changing(desiredSecret.name));
  }

  const secretShape = secret ? await shapeSecret(aws, desiredSecret, secret, before?.secret) : [];
  const warnings = warningsOn(bundle.user.name, plan);
  for (const warning of warnings) log({ level: 'warning', warning });
  const work =
    !secret ||
    seen.dropsConsoleRole ||
    secretShape.length > 0 ||
    !isConverged(plan) ||
    plans.some(({ needed }) => needed) ||
    secret.tags[BUNDLE_TAG] !== id ||
    // What this Update should change is not there to be changed: the one that it takes back may not have begun yet.
    (before?.differs && !isLatest(secret.tags, key));

  // Another request may have worked since everything was read. Whoever works notes itself down in its turn.
  if (work && ours.length > 0 && !(await takeTurn(aws, ours, key, progress.turn)))
    throw new OvertakenError(changing(desiredSecret.name));

  // Claim: what is missing is made, what is there becomes ours. The secret notes down what is about to happen.
  const currentId = secret ? staged(secret.versions, CURRENT)?.id : placeholderId(id);
  const baseline = credentials.keys.filter((key) => !plan.retire.includes(key.id));
  const secretTags = {
    ...tagsUnderWay(claim, secret?.tags),
    ...(work && withRequest(secret?.tags ?? {}, key)),
    ...(!plan.keyFrom &&
      mintingIntent(currentId, desiredSecret.accessKeySerial, credentials.hasPassword, baseline)),
  };
  // A password takes two calls that depend on nothing else, so they run beside the rest.
  const password = bundle.user.consolePassword && !plan.passwordFrom ? newPassword(aws) : undefined;
  password?.catch(() => {});
  // The way back of this Update, which will look for requests that have worked, starts from the secret before.
  const noteOnInherited = async (): Promise<Step[][]> => {
    if (work && inherited?.readable) await tagSecret(aws, inherited.name, withRequest(inherited.tags, key));
    return [];
  };
  const [claimedSecret, [shapes = []]] = await bothSettled(
    claimSecret(aws, id, desiredSecret, secret, secretTags, claim.tagsBefore).then((claimed) => {
      progress.secretClaimed = true;
      return claimed;
    }),
    together([claimEntities(), noteOnInherited()]),
  );
  if (!claimedSecret) throw new OvertakenError(changing(desiredSecret.name));

  try {
    // Shape: what differs is set right. No credential is made before all of this is done.
    await runAll([...shapes.flat(), ...secretShape, ...claimedSecret.shape]);
    const versions = secret ? credentials.versions : claimedSecret.versions;
    progress.promoting = !isConverged(plan);
    const content = await convergeCredentials(
      aws,
      bundle.user,
      desiredSecret,
      { ...credentials, versions },
      plan,
      password,
    );
    if (seen.dropsConsoleRole) await dropRole(aws, bundle.consoleRole.name);
    await runAll([
      ...plans.flatMap(({ settle }) => settle),
      ...(secretTags[BUNDLE_TAG] === id
        ? []
        : [() => tagSecret(aws, desiredSecret.name, { [BUNDLE_TAG]: id })]),
    ]);
    return { secretArn: claimedSecret.arn, accessKeyId: content.accessKeyId ?? '', warnings };
  } catch (error) {
    if (!(error instanceof DeadlineError) && (await secretIsGone(aws, desiredSecret.name)))
      throw new SupersededError(desiredSecret.name);
    throw error;
  }
}

const changing = (name: string) => `The secret "${name}" keeps changing under this request. Try again.`;

const runAll = (steps: Step[]) => together(steps.map((step) => step()));

/** Both results, once both are there; a failure of either is thrown only then. */
async function bothSettled<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other]);
  return [await one, await other];
}
