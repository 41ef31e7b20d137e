import type { Aws } from '../aws/clients.ts';
import { PreconditionError } from '../errors.ts';
import { deleteAccessKey, recentUse } from '../iam/access-key.ts';
import { forgetKeys } from '../ledger/keys.ts';
import type { MadeKey } from '../ledger/state.ts';
import { warn } from '../log.ts';
import { CURRENT, moveStage, PENDING, readVersion, type SecretVersion, staged } from '../secret/versions.ts';
import { holds } from './content.ts';
import { createKey } from './create.ts';
import { finish } from './finish.ts';
import { intentOf } from './intend.ts';
import { listKeys, type ObservedCredentials, observeCredentials } from './observe.ts';
import { resolveIntent } from './orphans.ts';
import { MAX_KEYS } from './plan.ts';
import { type CredentialsChange, versionAt } from './run.ts';
import { testKey } from './test.ts';

/** A rotation of the access key by Secrets Manager, of which each step may come twice, or never. */
export interface Rotation extends CredentialsChange {
  /** The id of the version that the rotation makes. */
  token: string;
  /** The labels of the secret's versions. */
  stages: Record<string, string[]>;
}

/** The key of this rotation, if it was made already. */
const ownKey = ({ ledger, secret, token }: Rotation): MadeKey | undefined =>
  ledger.state.keys.made.find(({ stored }) => stored?.secret === secret.name && stored.version === token);

/**
 * Create: makes room, makes a key and stores it under the token as AWSPENDING.
 *
 * @throws PreconditionError if there is no room, or none without cutting somebody off
 */
export async function rotateCreate(rotation: Rotation): Promise<void> {
  const { aws, ledger, user, secret, token, stages } = rotation;
  await resolveIntent(aws, ledger);
  if (isDone(rotation)) return;
  const own = ownKey(rotation);
  if (own) {
    if ((await listKeys(aws, user.name, [own])).some(({ id }) => id === own.id))
      return refuseIfOutdated(rotation, await pendingOf(rotation));
    ledger.note((state) => forgetKeys(state, [own.id]));
  }
  // A version that was stored before cannot be stored anew, so no room is made for it.
  if (own || (await readVersion(aws, secret.name, token, [])))
    await giveUp(rotation, `The version ${token} is not pending. Start the rotation anew.`);
  const described = Promise.resolve({ name: secret.name, stages });
  const observed = await observeCredentials(aws, ledger.state.keys, user.name, described);
  const current = currentOf(observed);
  const currentKeyId = current.content.accessKeyId ?? '';
  if (observed.isMoving) {
    // A run that died may have moved the label to the version of another key, and no read tells: none may go before it is back.
    await moveStage(aws, secret.name, CURRENT, current.id, current.id);
    ledger.note(({ keys }) => {
      keys.isMoving = undefined;
    });
  }
  const gone = await makeRoom(rotation, observed, current);
  const intent = {
    ...intentOf(rotation, observed, { retire: gone }),
    serial: current.content.accessKeySerial ?? secret.accessKeySerial,
    token: { secret: secret.name, version: token },
    rotating: true,
  };
  await createKey(
    rotation,
    intent,
    (state) => forgetKeys(state, [...observed.lost, ...gone]),
    (key) => ({ ...current.content, ...key, previousAccessKeyId: currentKeyId }),
  );
}

/** The version in force: by the ledger, or by its label. */
function currentOf({ versions, current }: ObservedCredentials): SecretVersion {
  const version = versionAt(versions, current) ?? staged(versions, CURRENT);
  if (!version?.content.accessKeyId)
    throw new PreconditionError([
      'The secret holds no access key that could be rotated. Update the stack first.',
    ]);
  return version;
}

/**
 * Deletes the key that a rotation given up half way has left, or the one that the last rotation replaced: whoever still
 * uses that has not been given the new one, and is not cut off.
 *
 * @returns ids of the deleted keys
 */
async function makeRoom(
  { aws, user, secret, consumer }: Rotation,
  { keys, made }: ObservedCredentials,
  current: SecretVersion,
): Promise<string[]> {
  const gone: string[] = [];
  for (const { id, served } of made.filter((key) => key.id !== current.content.accessKeyId)) {
    if (served && keys.length - gone.length < MAX_KEYS) break;
    if (served) await refuseIfUsed(aws, id, secret.name);
    if (consumer.keys().includes(id)) await consumer.handOver(current.content);
    await deleteAccessKey(aws, user.name, id);
    gone.push(id);
  }
  return gone;
}

async function refuseIfUsed(aws: Aws, id: string, secretName: string): Promise<void> {
  const use = await recentUse(aws, id);
  if (!use) return;
  throw new PreconditionError([
    `The access key ${id}, which the last rotation replaced, was used for ${use.service} at ${use.date.toISOString()}: ` +
      `somebody has not been given the current one. Nothing was changed. Give it the key in AWSCURRENT of the secret ` +
      `"${secretName}"; the rotation is tried again.`,
  ]);
}

/** Set: who works with the credentials is given the new key. */
export async function rotateSet(rotation: Rotation): Promise<void> {
  const pending = await pendingOf(rotation);
  if (isDone(rotation)) return;
  await refuseIfOutdated(rotation, pending);
  await rotation.consumer.handOver(pending.content);
}

/** Finish: the new key becomes the current one; the one before works on until the next rotation. */
export async function rotateFinish(rotation: Rotation): Promise<void> {
  const { ledger } = rotation;
  const pending = await pendingOf(rotation);
  if (isDone(rotation)) return;
  await refuseIfOutdated(rotation, pending);
  await testKey(rotation, pending);
  await ledger.write(({ keys }) => {
    keys.isMoving = true;
  });
  await finish(rotation, pending, ledger.state.keys.current?.version, { isRotation: true });
}

/** A step that comes again when the key has been in force already; another one may have taken its place since. */
function isDone(rotation: Rotation): boolean {
  const { ledger, token } = rotation;
  const isSo = ownKey(rotation)?.served === true;
  if (isSo && ledger.state.keys.current?.version !== token)
    warn(`A step of the rotation ${token} came after a later change of the key; nothing was done.`);
  return isSo;
}

/** While AWSPENDING is on the version, Secrets Manager tries it again, and begins no other rotation. */
async function giveUp({ aws, secret, token }: Rotation, why: string): Promise<never> {
  await moveStage(aws, secret.name, PENDING, token, undefined);
  throw new PreconditionError([why]);
}

/** A stack operation may have changed the secret since the rotation began, and a version cannot be stored anew. */
async function refuseIfOutdated(rotation: Rotation, { content }: SecretVersion): Promise<void> {
  const { aws, ledger, token } = rotation;
  const { current } = ledger.state.keys;
  if (!current) return;
  const inForce = await readVersion(aws, current.secret, current.version, [CURRENT], { surely: true });
  const { accessKeyId = '', accessSecretKey = '' } = content;
  const previousAccessKeyId = inForce?.content.accessKeyId ?? '';
  const wanted = { ...inForce?.content, accessKeyId, accessSecretKey, previousAccessKeyId };
  if (holds(content, wanted)) return;
  await giveUp(
    rotation,
    `The secret "${current.secret}" was changed after this rotation had begun, and the version ${token} lacks that. ` +
      'Start the rotation anew: it makes another key.',
  );
}

async function pendingOf(rotation: Rotation): Promise<SecretVersion> {
  const { aws, secret, token, stages } = rotation;
  const version = ownKey(rotation)
    ? await readVersion(aws, secret.name, token, stages[token] ?? [], { surely: true })
    : undefined;
  if (version?.content.accessKeyId) return version;
  throw new PreconditionError([
    `The version ${token} of the secret "${secret.name}" holds no access key of this rotation. Start the rotation anew.`,
  ]);
}
