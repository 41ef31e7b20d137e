import { tryTo } from '../aws/compensate.ts';
import { codeOf, surelyNotApplied } from '../aws/error-codes.ts';
import { sleep } from '../aws/patience.ts';
import { STALE } from '../aws/times.ts';
import { endsAll, PreconditionError } from '../errors.ts';
import { createAccessKey, deleteAccessKey, listAccessKeys, type NewAccessKey } from '../iam/access-key.ts';
import { beginIntent, endIntent, forgetKeys } from '../ledger/keys.ts';
import type { Intent, LedgerState } from '../ledger/state.ts';
import { putVersion, type SecretContent, type SecretVersion } from '../secret/versions.ts';
import { lostKeys } from './orphans.ts';
import { noRoomSentence } from './plan.ts';
import type { CredentialsRun } from './run.ts';

/** How often a call whose answer was lost is made again. */
const MAX_TRIES = 3;

/**
 * Makes an access key and stores it as AWSPENDING. `CreateAccessKey` has no token and tells the secret part once only, so
 * the ledger has the intent before: by it, what a run that dies has made is recognised. A key that cannot be stored is deleted.
 *
 * @param note what the ledger has to know besides
 * @param contentOf the content of the version, given the key
 */
export async function createKey(
  run: CredentialsRun,
  intent: Intent,
  note: (state: LedgerState) => void,
  contentOf: (key: SecretContent) => SecretContent,
): Promise<SecretVersion> {
  const { aws, ledger, user } = run;
  await ledger.write((state) => {
    note(state);
    beginIntent(state, intent);
  });
  const key = await makeKey(run, intent);
  try {
    const content = contentOf({
      accessKeyId: key.id,
      accessSecretKey: key.secret,
      accessKeySerial: intent.serial,
    });
    const version = await putVersion(aws, intent.token.secret, intent.token.version, content);
    ledger.note((state) => endIntent(state, key.id));
    return version;
  } catch (error) {
    if (endsAll(error)) throw error;
    const deleted = await tryTo(async () => {
      await deleteAccessKey(aws, user.name, key.id);
      return true;
    });
    ledger.note((state) => endIntent(state, undefined, deleted ? [] : [key.id]));
    throw error;
  }
}

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
        const lost = await lostKeys(aws, ledger, intent);
        for (const id of lost) await deleteAccessKey(aws, user.name, id);
        // A list that shows one of them still is stale.
        ledger.note((state) => forgetKeys(state, lost));
        if (tries < MAX_TRIES) continue;
      }
      ledger.note((state) => endIntent(state));
      if (!isFull) throw error;
      const listed = await listAccessKeys(aws, user.name);
      const made = ledger.state.keys.made.map(({ id }) => id);
      const foreign = listed.map(({ id }) => id).filter((id) => !made.includes(id));
      throw new PreconditionError([noRoomSentence(user.name, foreign)]);
    }
  }
}
