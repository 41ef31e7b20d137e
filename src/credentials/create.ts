import { createHash, randomUUID } from 'node:crypto';
import { tryTo } from '../aws/compensate.ts';
import { codeOf, surelyNotApplied } from '../aws/error-codes.ts';
import { sleep } from '../aws/patience.ts';
import { STALE } from '../aws/times.ts';
import { DeadlineError, LeaseError, PreconditionError } from '../errors.ts';
import { createAccessKey, deleteAccessKey, listAccessKeys, type NewAccessKey } from '../iam/access-key.ts';
import { abandonIntent, beginIntent, fulfilIntent } from '../ledger/keys.ts';
import type { Intent } from '../ledger/state.ts';
import { putVersion, type SecretContent, type SecretVersion } from '../secret/versions.ts';
import { lostKeys } from './orphans.ts';
import { noRoomSentence } from './plan.ts';
import type { CredentialsRun } from './run.ts';

/** How often a call whose answer was lost is made again. */
const MAX_TRIES = 3;

/** What a new key is made for. */
export interface NewKey {
  serial: number;
  /** Ids of the keys that the user has already. */
  baseline: string[];
  /** The token under which the version is stored; absent: one is made up. */
  token?: string | undefined;
  rotating?: boolean | undefined;
  /** The content of the version, given the key. */
  content(key: SecretContent): SecretContent;
}

/**
 * Makes an access key and stores it as AWSPENDING. The intent stands in the ledger before: `CreateAccessKey` has no
 * token and tells the secret part once only, so what a run that dies has made is recognised by what was written before.
 * A key that cannot be stored is deleted.
 */
export async function createKey(run: CredentialsRun, wish: NewKey): Promise<SecretVersion> {
  const { aws, ledger, user, secret } = run;
  const token = wish.token ?? createHash('sha256').update(randomUUID()).digest('hex');
  const intent: Intent = {
    user: user.name,
    serial: wish.serial,
    baseline: wish.baseline,
    token: { secret: secret.name, version: token },
    ...(wish.rotating && { rotating: true }),
  };
  await ledger.write((state) => beginIntent(state, intent));
  const key = await makeKey(run, intent);
  try {
    const content = wish.content({
      accessKeyId: key.id,
      accessSecretKey: key.secret,
      accessKeySerial: wish.serial,
    });
    const version = await putVersion(aws, secret.name, token, content);
    await ledger.write((state) => fulfilIntent(state, key.id));
    return version;
  } catch (error) {
    if (endsAll(error)) throw error;
    const deleted = await tryTo(async () => {
      await deleteAccessKey(aws, user.name, key.id);
      return true;
    });
    await tryTo(() => ledger.write((state) => abandonIntent(state, deleted ? [] : [key.id])));
    throw error;
  }
}

const endsAll = (error: unknown) => error instanceof DeadlineError || error instanceof LeaseError;

async function makeKey(run: CredentialsRun, intent: Intent): Promise<NewAccessKey> {
  const { aws, ledger, user } = run;
  const started = Date.now();
  for (let tries = 1; ; tries += 1) {
    try {
      return await createAccessKey(aws, user.name);
    } catch (error) {
      if (endsAll(error)) throw error;
      const isFull = codeOf(error) === 'LimitExceeded';
      // A key that was deleted a moment ago may still count.
      if (isFull && Date.now() - started < STALE.forMs) {
        await sleep(STALE.everyMs, aws.signal);
        continue;
      }
      if (!surelyNotApplied(error)) {
        for (const id of await lostKeys(aws, ledger, intent)) await deleteAccessKey(aws, user.name, id);
        if (tries < MAX_TRIES) continue;
      }
      await ledger.write((state) => abandonIntent(state));
      if (!isFull) throw error;
      const listed = (await listAccessKeys(aws, user.name)) ?? [];
      const made = ledger.state.keys.made.map(({ id }) => id);
      const foreign = listed.map(({ id }) => id).filter((id) => !made.includes(id));
      throw new PreconditionError([noRoomSentence(user.name, foreign)]);
    }
  }
}
