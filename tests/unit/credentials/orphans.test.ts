import { beforeEach, describe, expect, test } from 'vitest';
import { lostKeys, resolveIntent } from '../../../src/credentials/orphans.ts';
import { beginIntent } from '../../../src/ledger/keys.ts';
import { type Ledger, openLedger } from '../../../src/ledger/ledger.ts';
import { putVersion } from '../../../src/secret/versions.ts';
import { useAccount } from '../../support/account.ts';

const account = useAccount();
const TOKEN = { secret: 'rv-access/redis', version: 'f'.repeat(64) };
let ledger: Ledger;
const key = () => account.aws.addAccessKeyByHand('redis');
const intend = (baseline: string[] = []) =>
  ledger.note((state) => beginIntent(state, { user: 'redis', serial: 2, baseline, token: TOKEN }));
const resolve = () => account.wait(resolveIntent(account.connection, ledger));
const lost = () => {
  const { intent } = ledger.state.keys;
  if (!intent) throw new Error('There is no intent.');
  return account.wait(lostKeys(account.connection, ledger, intent));
};

beforeEach(async () => {
  account.aws.addForeignUser('redis');
  account.aws.addForeignSecret(TOKEN.secret, '{}');
  ledger = await account.wait(openLedger(account.connection, 'rv-access/x/Bundle/0123456789abcdef'));
});

describe('the keys that a dead run has made and not stored', () => {
  test('are those that are neither in its baseline, nor ours, nor deleted, nor in anybody’s service', async () => {
    const [theirs, used, orphan] = [key(), key(), key()];
    account.aws.useAccessKey(used.id, 's3');
    account.aws.useAccessKey(orphan.id, 'sts');
    intend([theirs.id]);
    expect(await lost()).toEqual([orphan.id]);
    ledger.note((state) => void state.keys.gone.push(orphan.id));
    expect(await lost()).toEqual([]);
  });

  test('are none that the ledger knows as ours', async () => {
    const { id } = key();
    intend();
    ledger.note(({ keys }) => void keys.made.push({ id, serial: 1, user: 'redis', madeAt: '' }));
    expect(await lost()).toEqual([]);
  });

  test('are found also if IAM lists them late', async () => {
    intend();
    let late: string | undefined;
    setTimeout(() => {
      late = key().id;
    }, 9000);
    expect(await lost()).toEqual([late]);
  });
});

describe('the intent of a run that died', () => {
  test('is none where there is none: nothing is read', async () => {
    const before = account.aws.calls.length;
    await resolve();
    expect(account.aws.calls).toHaveLength(before);
  });

  test('is fulfilled by the key that is stored where it was to be', async () => {
    const { id } = key();
    intend();
    await account.wait(putVersion(account.connection, TOKEN.secret, TOKEN.version, { accessKeyId: id }));
    await resolve();
    expect(ledger.state.keys).toMatchObject({ made: [{ id, serial: 2, stored: TOKEN }] });
    expect(ledger.state.keys.intent).toBeUndefined();
  });

  test('is fulfilled also if a read shows late what is stored', async () => {
    const { id } = key();
    intend();
    setTimeout(
      () => void putVersion(account.connection, TOKEN.secret, TOKEN.version, { accessKeyId: id }),
      3000,
    );
    await resolve();
    expect(ledger.state.keys).toMatchObject({ made: [{ id, stored: TOKEN }] });
  });

  test('leaves an orphan, to be deleted, where nothing is stored', async () => {
    const { id } = key();
    intend();
    await resolve();
    expect(ledger.state.keys.made).toMatchObject([{ id, serial: 2 }]);
    expect(ledger.state.keys.made[0]).not.toHaveProperty('stored');
    expect(ledger.state.keys.intent).toBeUndefined();
  });

  test('ends without any key where none was made', async () => {
    const { id } = key();
    intend([id]);
    await resolve();
    expect(ledger.state.keys).toMatchObject({ made: [], intent: undefined });
  });
});
