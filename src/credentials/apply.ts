import { tryTo } from '../aws/compensate.ts';
import { surelyNotApplied } from '../aws/error-codes.ts';
import { together } from '../aws/patience.ts';
import { CallError } from '../errors.ts';
import { deleteAccessKey } from '../iam/access-key.ts';
import { newPassword, removePassword } from '../iam/login-profile.ts';
import { forgetKeys } from '../ledger/keys.ts';
import type { LedgerState } from '../ledger/state.ts';
import {
  CURRENT,
  moveStage,
  PENDING,
  putVersion,
  type SecretContent,
  type SecretVersion,
  staged,
  versionToken,
} from '../secret/versions.ts';
import { contentOf } from './content.ts';
import { createKey } from './create.ts';
import { finish, noteInForce, tidyLabels } from './finish.ts';
import { intendCredentials, intentOf } from './intend.ts';
import type { ObservedCredentials } from './observe.ts';
import { type CredentialsPlan, isInOrder } from './plan.ts';
import type { CredentialsChange } from './run.ts';
import { applyPassword, type PasswordSetting, restorePassword } from './set.ts';
import { testKey } from './test.ts';

/**
 * Brings the credentials to what is desired, by the steps of Secrets Manager's rotation: create, set, test, finish. A
 * crash after any call loses nothing: what is made is stored before it is used, proven before it becomes current, and
 * what it replaces lives on. What cannot be proven is taken back. After a failure the ledger says whether a version may
 * have become current all the same.
 *
 * @param password a password made beforehand, if the plan is known to need a new one
 * @returns the content of the current version
 */
export async function applyCredentials(
  run: CredentialsChange,
  observed: ObservedCredentials,
  plan: CredentialsPlan,
  password?: Promise<string>,
): Promise<SecretContent> {
  const { aws, ledger, user, consumer } = run;
  if (plan.target && isInOrder(plan)) {
    noteInForce(run, plan.target);
    return plan.target.content;
  }
  if (plan.retire.length > 0) {
    await anchorCurrent(run, plan);
    const current = staged(observed.versions, CURRENT);
    if (current && plan.retire.some((id) => consumer.keys().includes(id)))
      await consumer.handOver(current.content);
    for (const id of plan.retire) await deleteAccessKey(aws, user.name, id);
    ledger.note((state) => forgetKeys(state, plan.retire));
  }
  let version: SecretVersion;
  try {
    version = await store(run, observed, plan, password);
    if (plan.removePassword) await removePassword(aws, user.name);
  } catch (error) {
    ledger.note((state) => stays(state, plan));
    throw error;
  }
  const finished = await prove(run, observed, plan, version);
  await tidyLabels(run, observed, plan, finished);
  return finished.content;
}

/** A key may be deleted only when AWSCURRENT is surely not on the version that holds it. */
async function anchorCurrent({ aws, secret }: CredentialsChange, plan: CredentialsPlan): Promise<void> {
  const anchor = plan.target ?? plan.settled;
  if (plan.mustMove && anchor?.secret === secret.name)
    await moveStage(aws, secret.name, CURRENT, anchor.id, anchor.id);
}

/** Nothing was moved, so AWSCURRENT is where it was: as far as that was known before. */
function stays({ keys }: LedgerState, { mustMove }: CredentialsPlan): void {
  if (!mustMove) keys.isMoving = undefined;
}

/** Create: a version that holds what is desired, stored as AWSPENDING unless there is one already. The ledger knows before. */
async function store(
  run: CredentialsChange,
  observed: ObservedCredentials,
  plan: CredentialsPlan,
  prepared: Promise<string> | undefined,
): Promise<SecretVersion> {
  const { aws, ledger, user, secret } = run;
  const intend = (state: LedgerState) => intendCredentials(state, run, observed, plan);
  if (plan.target) {
    await ledger.write(intend);
    return plan.target;
  }
  const password = user.consolePassword
    ? (plan.passwordFrom?.content ?? { consolePassword: await (prepared ?? newPassword(aws)) })
    : undefined;
  const content = (key: SecretContent) => contentOf(secret, user, key, password, plan.previousKeyId);
  if (plan.keyFrom) {
    await ledger.write(intend);
    const known = content(plan.keyFrom.content);
    const currentId = staged(observed.versions, CURRENT)?.id;
    return putVersion(aws, secret.name, versionToken(known, currentId), known);
  }
  return createKey(run, intentOf(run, observed, plan), intend, content);
}

/** Set, test, finish. */
async function prove(
  run: CredentialsChange,
  observed: ObservedCredentials,
  plan: CredentialsPlan,
  stored: SecretVersion,
): Promise<SecretVersion> {
  const { consumer } = run;
  const isNew = !plan.keyFrom || plan.unproven;
  const setting: PasswordSetting = { version: stored, touched: false };
  let finishing = false;
  try {
    await together([
      ...(isNew ? [testKey(run, stored)] : []),
      ...(plan.setPassword ? [applyPassword(run, setting, observed.hasPassword)] : []),
    ]);
    await consumer.handOver(setting.version.content);
    finishing = true;
    await finish(run, setting.version, staged(observed.versions, CURRENT)?.id, plan);
    return setting.version;
  } catch (error) {
    // The label may have moved, and then the version is in force: the next run finds out.
    const mayBeCurrent = finishing && !isRefusal(error);
    if (run.aws.signal.aborted || mayBeCurrent) throw error;
    const before = staged(observed.versions, CURRENT)?.content;
    if (before?.accessKeyId && consumer.keys().includes(stored.content.accessKeyId ?? ''))
      await tryTo(() => consumer.handOver(before));
    // Who may have the new key keeps it: the way back hands the one before over again.
    if (!isNew || !consumer.keys().includes(stored.content.accessKeyId ?? ''))
      await takeBack(run, observed, plan, { stored, isNew, setting });
    throw error;
  }
}

const isRefusal = (error: unknown) =>
  error instanceof CallError && error.action === 'UpdateSecretVersionStage' && surelyNotApplied(error);

/** What could not be proven is gone: the new key is deleted, the password before is in force. */
async function takeBack(
  run: CredentialsChange,
  observed: ObservedCredentials,
  plan: CredentialsPlan,
  { stored, isNew, setting }: { stored: SecretVersion; isNew: boolean; setting: PasswordSetting },
): Promise<void> {
  const { aws, ledger, user, secret } = run;
  const id = stored.content.accessKeyId ?? '';
  if (isNew)
    await tryTo(async () => {
      await deleteAccessKey(aws, user.name, id);
      ledger.note((state) => forgetKeys(state, [id]));
    });
  ledger.note((state) => stays(state, plan));
  const restored = await tryTo(async () => {
    if (!(await restorePassword(run, setting, observed))) return false;
    ledger.note(({ keys }) => {
      const stored = observed.hasPassword ? observed.password : undefined;
      if (keys.password) keys.password = { ...keys.password, stored };
    });
    return true;
  });
  if (restored && stored.stages.includes(PENDING))
    await tryTo(() => moveStage(aws, secret.name, PENDING, setting.version.id, undefined));
}
