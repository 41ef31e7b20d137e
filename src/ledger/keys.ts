import type { Intent, Keys, LedgerState, MadeKey, StoredVersion } from './state.ts';

/** How many ids of deleted keys are remembered: lists show them for seconds. */
const MAX_GONE = 8;

/** The access keys of a user that the bundle made and has not deleted, the newest first. */
export function madeFor({ made }: Keys, user: string): MadeKey[] {
  return made.filter((key) => key.user === user).sort((a, b) => (a.madeAt < b.madeAt ? 1 : -1));
}

/** The access key that the version in force holds. */
export function currentKey({ made, current }: Pick<Keys, 'made' | 'current'>): MadeKey | undefined {
  return made.find(
    ({ stored }) => stored && stored.secret === current?.secret && stored.version === current.version,
  );
}

/** Whether a secret holds, by the ledger, what is in force or a key of ours. */
export const isStoredIn = ({ made, current }: Keys, secret: string): boolean =>
  [current, ...made.map(({ stored }) => stored)].some((stored) => stored?.secret === secret);

/** Notes that a key is about to be made. */
export function beginIntent(state: LedgerState, intent: Intent): void {
  state.keys.intent = intent;
}

/**
 * The outcome of the intent is known.
 *
 * @param stored id of the key that is where it was to be stored; undefined: there is none
 * @param orphans ids of keys that were made and neither stored nor deleted: the next change of credentials deletes them
 */
export function endIntent(state: LedgerState, stored?: string, orphans: string[] = []): void {
  const { intent, made } = state.keys;
  if (!intent) return;
  const { user, serial, token, rotating } = intent;
  const madeAt = new Date().toISOString();
  for (const id of orphans) made.push({ id, serial, user, madeAt });
  if (stored) made.push({ id: stored, serial, user, madeAt, stored: token, rotating });
  state.keys.intent = undefined;
}

/** Keys were deleted, or are gone. */
export function forgetKeys(state: LedgerState, ids: string[]): void {
  const { keys } = state;
  keys.made = keys.made.filter(({ id }) => !ids.includes(id));
  keys.gone = [...keys.gone.filter((id) => !ids.includes(id)), ...ids].slice(-MAX_GONE);
}

/** A version has become the one that is in force. */
export function putInForce(state: LedgerState, stored: StoredVersion, keyId: string): void {
  const { keys } = state;
  keys.current = stored;
  keys.isMoving = undefined;
  keys.made = keys.made.map((key) =>
    key.id === keyId ? { ...key, stored, rotating: undefined, served: true } : key,
  );
}

/** A secret is gone: what it held works on, but cannot be read any more. */
export function forgetSecret({ keys }: LedgerState, secret: string): void {
  const isThere = (stored: StoredVersion | undefined) => stored && stored.secret !== secret;
  keys.made = keys.made.map((key) => (isThere(key.stored) ? key : { ...key, stored: undefined }));
  if (!isThere(keys.current)) keys.current = undefined;
  if (keys.password && !isThere(keys.password.stored))
    keys.password = { ...keys.password, stored: undefined };
}

/** A user is gone, and everything of it. */
export function forgetUser(state: LedgerState, user: string): void {
  forgetKeys(
    state,
    madeFor(state.keys, user).map(({ id }) => id),
  );
  if (state.keys.password?.user === user) state.keys.password = undefined;
  if (state.keys.intent?.user === user) state.keys.intent = undefined;
}
