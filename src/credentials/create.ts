import { type Aws, codeOf, sleep, surelyNotApplied } from '../aws/clients.ts';
import { tryTo } from '../aws/compensation.ts';
import { DeadlineError, OvertakenError } from '../errors.ts';
import { createAccessKey, deleteAccessKey, listAccessKeys, type NewAccessKey } from '../iam/access-key.ts';
import { findVersion, PENDING, type SecretContent, type SecretVersion } from '../secret/secret.ts';
import { putVersion, versionToken } from '../secret/versions.ts';
import { noRoom } from './observe.ts';
import { confirmStrays, WATCH } from './orphans.ts';
import { contentOf } from './plan.ts';
import type { Run } from './run.ts';

/** How often a call with a lost answer, or a password that the account refuses, is tried with a new one. */
const MAX_TRIES = 3;

/** Makes a key and stores it as AWSPENDING. If it cannot be stored, it is deleted. */
export async function mintAndStore(run: Run, password: SecretContent | undefined): Promise<SecretVersion> {
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
        const ids = ((await listAccessKeys(aws, user.name)) ?? []).map(({ id }) => id);
        throw new OvertakenError(noRoom(user.name, ids), 2);
      }
      if (error instanceof DeadlineError || surelyNotApplied(error)) throw error;
      const lost = await confirmStrays(
        aws,
        user.name,
        desired.name,
        ({ id }) => !baseline.includes(id),
        false,
      );
      for (const id of lost) await deleteAccessKey(aws, user.name, id);
      if (tries >= MAX_TRIES) throw error;
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
      if (version?.content.givenUp?.includes(key.id)) throw new OvertakenError(GIVEN_UP);
      if (version && (await isAlive(aws, user.name, version.content.accessKeyId))) return version;
    }
  }
}

const GIVEN_UP = 'Another run took this one for dead and has made an access key of its own. Try again.';

/**
 * Takes the place in which a run that seems dead would store its keys, so that they can be deleted: if it is only slow,
 * it finds the place taken and its keys given up.
 *
 * @returns the id of the version that tells so
 * @throws OvertakenError if the run has stored its key after all
 */
export async function closeMint({ aws, user, desired, live }: Run): Promise<string> {
  for (let life = 0; ; life += 1) {
    const token = versionToken(user.arn, live.straySerial, life);
    try {
      await putVersion(aws, desired.name, token, { givenUp: live.strays });
      return token;
    } catch (error) {
      if (codeOf(error) !== 'ResourceExists') throw error;
      const { accessKeyId = '' } = (await findVersion(aws, desired.name, token))?.content ?? {};
      if (live.strays.includes(accessKeyId)) throw new OvertakenError(GIVEN_UP);
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
