import {
  type AccessKey,
  createAccessKey,
  deleteAccessKey,
  isInService,
  listAccessKeys,
  type NewAccessKey,
  probeAccessKey,
} from '../access-key.ts';
import { type Aws, codeOf, sleep, surelyNotApplied, together } from '../aws.ts';
import type { DesiredSecret, DesiredUser } from '../bundle.ts';
import { hasLoginProfile, newPassword, removePassword, setPassword } from '../console-password.ts';
import { BlockedError, DeadlineError, StepError } from '../errors.ts';
import { log } from '../log.ts';
import { strayKeys } from '../minting.ts';
import {
  CURRENT,
  findVersion,
  type LiveSecret,
  moveStage,
  observeSecret,
  PENDING,
  PREVIOUS,
  putVersion,
  type SecretContent,
  type SecretVersion,
  staged,
  unlabelledVersions,
  versionToken,
} from '../secret.ts';
import {
  type CredentialsPlan,
  contentOf,
  isConverged,
  type LiveCredentials,
  MAX_KEYS,
  planCredentials,
} from './credentials-plan.ts';

/**
 * The access key, the console password and the secret that holds both are one entity: the secret parts can be read
 * only while they are made, so what is not stored is lost.
 */

/** How long a key that nobody has stored is watched before it counts as left behind, and how often, in milliseconds. */
const WATCH = { reads: 4, interval: 3400 };
/** How often a call with a lost answer, or a password that the account refuses, is tried with a new one. */
const MAX_TRIES = 3;

/**
 * Reads a user's credentials. Versions without a label are read only for keys that no labelled one holds.
 *
 * @param secretRead the secret, if it is there
 * @param inheritedRead the secret that held the credentials until now, if its name changes
 */
export async function observeCredentials(
  aws: Aws,
  userName: string,
  secretRead: Promise<LiveSecret | undefined>,
  inheritedRead: Promise<LiveSecret | undefined>,
): Promise<LiveCredentials> {
  const [keys = [], hasPassword, secret, inheritedSecret] = await Promise.all([
    listAccessKeys(aws, userName),
    hasLoginProfile(aws, userName),
    secretRead,
    inheritedRead,
  ]);
  const inherited = inheritedSecret?.versions ?? [];
  const versions = [...(secret?.versions ?? [])];
  const unheld = () => {
    const held = [...versions, ...inherited].map(({ content }) => content.accessKeyId);
    return keys.filter(({ id }) => !held.includes(id));
  };
  if (secret?.readable && unheld().length > 0) versions.push(...(await unlabelledVersions(aws, secret)));
  const named = versions.map(({ content }) => content.previousAccessKeyId);
  const unknown = unheld().filter(({ id }) => !named.includes(id));
  const strays = secret ? strayKeys(secret, unknown).map(({ id }) => id) : [];
  return { keys, hasPassword, versions, inherited, strays };
}

/**
 * Tells the keys that a dead run left behind from those of a run that is still about to store its own, and from keys
 * that somebody made by hand and uses.
 *
 * @returns ids that may be deleted
 */
export async function confirmStrays(
  aws: Aws,
  userName: string,
  secretName: string,
  isSuspect: (key: AccessKey) => boolean,
  atOnce: boolean,
): Promise<string[]> {
  let strays: string[] = [];
  for (let read = 1; read <= WATCH.reads; read += 1) {
    const keys = ((await listAccessKeys(aws, userName)) ?? []).filter(isSuspect);
    const secret = keys.length > 0 ? await observeSecret(aws, secretName, () => true) : undefined;
    const stored = secret?.versions.map(({ content }) => content.accessKeyId) ?? [];
    strays = keys.map(({ id }) => id).filter((id) => !stored.includes(id));
    if (atOnce && strays.length === 0) return [];
    if (read < WATCH.reads) await sleep(WATCH.interval, aws.signal);
  }
  const used = await Promise.all(strays.map((id) => isInService(aws, id)));
  return strays.filter((_, index) => !used[index]);
}

/** What stands in the way of the plan, as sentences for the user. */
export function obstaclesToCredentials(
  userName: string,
  { keys }: LiveCredentials,
  { keyFrom, retire, foreign }: CredentialsPlan,
): string[] {
  return keyFrom || keys.length - retire.length < MAX_KEYS ? [] : [noRoom(userName, foreign)];
}

const noRoom = (userName: string, ids: string[]) =>
  `The user "${userName}" needs a new access key, but IAM allows ${MAX_KEYS} and these were not made by this bundle ` +
  `(or are no longer in its secret): ${ids.join(', ')}. None was deleted. Find out which are in use, delete one that ` +
  'is not, then try again.';

/** What the user should know about credentials that are left as they are. */
export function warningsOn(userName: string, { keyFrom, foreign, inactive }: CredentialsPlan): string[] {
  return [
    ...(foreign.length > 0
      ? [
          `The user "${userName}" has access keys that this bundle did not make: ${foreign.join(', ')}. They were left.`,
        ]
      : []),
    ...(inactive
      ? [
          `The access key ${keyFrom?.content.accessKeyId} was set inactive by somebody. It was left so; raise AccessKeySerial for a new one.`,
        ]
      : []),
  ];
}

/** The run of a plan: what it works with. */
interface Run {
  aws: Aws;
  user: DesiredUser;
  desired: DesiredSecret;
  live: LiveCredentials;
  plan: CredentialsPlan;
  currentId: string | undefined;
  /** The console password may be another than the current version's. */
  passwordTouched: boolean;
}

/**
 * Brings the credentials to what is wanted, in an order in which a crash after any call loses nothing: what is made is
 * stored before it is used, proven before it is promoted, and what it replaces lives on.
 *
 * @param freshPassword a password made beforehand, if the plan needs one
 * @returns the content of the current version
 */
export async function convergeCredentials(
  aws: Aws,
  user: DesiredUser,
  desired: DesiredSecret,
  live: LiveCredentials,
  plan: CredentialsPlan,
  freshPassword: Promise<string> | undefined,
): Promise<SecretContent> {
  const run: Run = {
    aws,
    user,
    desired,
    live,
    plan,
    currentId: staged(live.versions, CURRENT)?.id,
    passwordTouched: false,
  };
  if (isConverged(plan)) return plan.target?.content ?? {};
  for (const id of plan.retire) await deleteAccessKey(aws, user.name, id);
  if (plan.removePassword) await removePassword(aws, user.name);

  const password = plan.passwordFrom?.content ?? (freshPassword && { consolePassword: await freshPassword });
  const version = await (plan.keyFrom
    ? storeKnownKey(run, plan.keyFrom, password)
    : mintAndStore(run, password));
  const promoted = await prove(run, version, password);
  await tidyLabels(run, promoted);
  return promoted.content;
}

/** Stores a key that is in some version already, with whatever else has changed. */
async function storeKnownKey(
  run: Run,
  from: SecretVersion,
  password: SecretContent | undefined,
): Promise<SecretVersion> {
  const { aws, desired, user, plan } = run;
  if (plan.target) return plan.target;
  const content = contentOf(desired, user, from.content, password, plan.previousKeyId);
  return putVersion(aws, desired.name, versionToken(content, run.currentId), content);
}

/** Makes a key and stores it as AWSPENDING. If it cannot be stored, it is deleted. */
async function mintAndStore(run: Run, password: SecretContent | undefined): Promise<SecretVersion> {
  const { aws, user } = run;
  const key = await mint(run);
  try {
    const version = await storeNewKey(run, key, password);
    // Another run of the same request was faster: its key is the one.
    if (version.content.accessKeyId !== key.id) await deleteAccessKey(aws, user.name, key.id);
    return version;
  } catch (error) {
    await tryTo(() => deleteAccessKey(aws, user.name, key.id));
    throw error;
  }
}

async function mint({ aws, user, desired, live, plan }: Run): Promise<NewAccessKey> {
  const baseline = live.keys.map(({ id }) => id).filter((id) => !plan.retire.includes(id));
  for (let tries = 1; ; tries += 1) {
    try {
      return await createAccessKey(aws, user.name);
    } catch (error) {
      if (codeOf(error) === 'LimitExceeded') {
        const keys = (await listAccessKeys(aws, user.name)) ?? [];
        throw new BlockedError([
          noRoom(
            user.name,
            keys.map(({ id }) => id),
          ),
        ]);
      }
      if (error instanceof DeadlineError || surelyNotApplied(error) || tries >= MAX_TRIES) throw error;
      const lost = await confirmStrays(
        aws,
        user.name,
        desired.name,
        ({ id }) => !baseline.includes(id),
        false,
      );
      for (const id of lost) await deleteAccessKey(aws, user.name, id);
    }
  }
}

/**
 * The token is the same for every run that makes the key of this serial, so of several one gets through; the others
 * find its version and use that. A version whose key is dead belongs to an earlier life: the next token is taken.
 */
async function storeNewKey(
  { aws, user, desired, live, plan }: Run,
  key: NewAccessKey,
  password: SecretContent | undefined,
): Promise<SecretVersion> {
  const made = { accessKeyId: key.id, accessSecretKey: key.secret };
  const content = contentOf(desired, user, made, password, plan.previousKeyId);
  const past = live.versions.filter(({ stages }) => stages.join() !== PENDING).map(({ id }) => id);
  for (let life = 0; ; life += 1) {
    const token = versionToken(user.arn, desired.accessKeySerial, life);
    if (past.includes(token)) continue;
    try {
      return await putVersion(aws, desired.name, token, content);
    } catch (error) {
      if (codeOf(error) !== 'ResourceExists') throw error;
      const version = await findVersion(aws, desired.name, token);
      if (version && (await isAlive(aws, user.name, version.content.accessKeyId))) return version;
    }
  }
}

/** Whether a key exists. A list may be stale, so a "no" is asked for twice. */
async function isAlive(aws: Aws, userName: string, id: string | undefined): Promise<boolean> {
  const listed = async () => (await listAccessKeys(aws, userName))?.some((key) => key.id === id) ?? false;
  if (await listed()) return true;
  await sleep(WATCH.interval, aws.signal);
  return listed();
}

/**
 * Proves a stored version (the key at STS, the password by setting it) and makes it the current one. What cannot be
 * proven is taken back: the key that was new is deleted, the password that was in force is set again.
 */
async function prove(
  run: Run,
  stored: SecretVersion,
  password: SecretContent | undefined,
): Promise<SecretVersion> {
  const { aws, user, desired, plan } = run;
  const { accessKeyId: id = '', accessSecretKey: secret = '' } = stored.content;
  const isNew = !plan.keyFrom || plan.unproven;
  let version = stored;
  try {
    await together([
      ...(isNew ? [probeAccessKey(aws, { id, secret }, user.arn)] : []),
      ...(plan.setPassword
        ? [
            applyPassword(run, stored, password).then((applied) => {
              version = applied;
            }),
          ]
        : []),
    ]);
    if (!version.stages.includes(CURRENT))
      await moveStage(aws, desired.name, CURRENT, run.currentId, version.id);
    return version;
  } catch (error) {
    // The move of the label may have been applied, and then the key is in force: the next run finds out.
    if (isAmbiguous(error, 'UpdateSecretVersionStage')) throw error;
    const winner = isNew ? await tryTo(() => finishedByAnother(run, id)) : undefined;
    if (isNew) await tryTo(() => deleteAccessKey(aws, user.name, id));
    if (winner) return winner;
    const restored = await tryTo(() => restorePassword(run));
    if (restored) await tryTo(() => moveStage(aws, desired.name, PENDING, version.id, undefined));
    throw error;
  }
}

const isAmbiguous = (error: unknown, action: string) =>
  error instanceof DeadlineError ||
  (error instanceof StepError && error.action === action && !surelyNotApplied(error));

/** Sets the stored password. If the account refuses it, another one is stored and tried. */
async function applyPassword(
  run: Run,
  stored: SecretVersion,
  password: SecretContent | undefined,
): Promise<SecretVersion> {
  const { aws, user, desired, live } = run;
  let version = stored;
  let consolePassword = password?.consolePassword ?? '';
  for (let tries = 1; ; tries += 1) {
    try {
      run.passwordTouched = true;
      await setPassword(aws, user.name, consolePassword, live.hasPassword);
      return version;
    } catch (error) {
      run.passwordTouched = !surelyNotApplied(error);
      if (codeOf(error) !== 'PasswordPolicyViolation' || tries >= MAX_TRIES) throw error;
      consolePassword = await newPassword(aws);
      const content = { ...version.content, consolePassword };
      version = await putVersion(aws, desired.name, versionToken(content, run.currentId), content);
    }
  }
}

/** After a failure the password of the current version must be in force. Resolves to true once it is. */
async function restorePassword({ aws, user, live, passwordTouched }: Run): Promise<true> {
  const { consolePassword } = staged(live.versions, CURRENT)?.content ?? {};
  if (passwordTouched && consolePassword && live.hasPassword)
    await setPassword(aws, user.name, consolePassword, true);
  return true;
}

/** Whether another run of the same request has made a key of this serial the current one in the meantime. */
async function finishedByAnother(
  { aws, user, desired }: Run,
  ownId: string,
): Promise<SecretVersion | undefined> {
  const secret = await observeSecret(aws, desired.name, () => true);
  const current = staged(secret?.versions ?? [], CURRENT);
  const { accessKeyId, accessKeySerial } = current?.content ?? {};
  if (accessKeyId === ownId || accessKeySerial !== desired.accessKeySerial) return undefined;
  const keys = (await listAccessKeys(aws, user.name)) ?? [];
  return keys.some(({ id }) => id === accessKeyId) ? current : undefined;
}

/** Takes AWSPENDING from a version that was given up, and puts AWSPREVIOUS on the one that holds the other key. */
async function tidyLabels(
  { aws, desired, live, plan, currentId }: Run,
  promoted: SecretVersion,
): Promise<void> {
  const { abandoned, previousVersion } = plan;
  if (abandoned && !promoted.stages.includes(PENDING))
    await moveStage(aws, desired.name, PENDING, abandoned.id, undefined);
  if (previousVersion) {
    const from = promoted.id === currentId ? staged(live.versions, PREVIOUS)?.id : currentId;
    await moveStage(aws, desired.name, PREVIOUS, from, previousVersion.id);
  }
}

/** Runs a compensation; what it throws is logged, since the failure that asked for it is the one to tell. */
async function tryTo<T>(compensate: () => Promise<T>): Promise<T | undefined> {
  try {
    return await compensate();
  } catch (error) {
    log({ level: 'warning', compensation: codeOf(error) });
    return undefined;
  }
}

/** Plans the credentials and has suspects confirmed or cleared first. */
export async function settleCredentials(
  aws: Aws,
  user: DesiredUser,
  desired: DesiredSecret,
  live: LiveCredentials,
  readAgain: () => Promise<LiveCredentials>,
): Promise<{ live: LiveCredentials; plan: CredentialsPlan }> {
  if (live.strays.length === 0) return { live, plan: planCredentials(desired, user, live) };
  const suspects = live.strays;
  const strays = await confirmStrays(aws, user.name, desired.name, ({ id }) => suspects.includes(id), true);
  const settled = { ...(await readAgain()), strays };
  return { live: settled, plan: planCredentials(desired, user, settled) };
}
