import { describe, expect, test } from 'vitest';
import type { Keys } from '../../src/ledger/state.ts';
import { SECRET, USER, useAccount } from '../support/account.ts';
import { HARSH_SEEDS, harshestDay } from '../support/harsh-days.ts';
import { dropTimers, settle } from '../support/memory-aws/clock.ts';
import { updateEvent } from '../support/memory-aws/events.ts';
import { startFunction } from '../support/memory-aws/invoke.ts';
import { secretsError } from '../support/memory-aws/secrets-errors.ts';
import { ledgerTable } from '../support/memory-aws/world.ts';
import { beginRotation, STEPS, type Step, sendStep } from '../support/rotation.ts';
import { expectIntact, known, settled, soon, takenBack, updated } from './journey.ts';

const account = useAccount();

let tokens = 0;
const newToken = () => `rotation-${String(++tokens).padStart(55, '0')}`;

/** Secrets Manager gives its pending version the label before the function has stored anything. */
async function step(Step: Step, ClientRequestToken: string, SecretId = account.secret().arn) {
  if (Step === 'createSecret' && SecretId === account.secret().arn)
    beginRotation(account.secret(), ClientRequestToken);
  return forged(Step, ClientRequestToken, SecretId);
}

/** The step alone, as whoever may invoke the function can send it. */
async function forged(Step: Step, ClientRequestToken: unknown, SecretId = account.secret().arn) {
  const { end, thrown } = await sendStep(account.place, Step, SecretId, ClientRequestToken);
  return { end, error: thrown as Error | undefined };
}

/** The four steps; each must succeed. */
async function rotated(token = newToken()): Promise<string> {
  for (const name of STEPS) {
    const { end, error } = await step(name, token);
    expect([name, end, error?.message]).toEqual([name, 'returned', undefined]);
    soon();
  }
  return token;
}

const keys = () => account.user().accessKeys.map(({ id }) => id);

/** What the ledger knows of keys. */
const keysKnown = (): Keys => {
  const [item] = Object.values(account.aws.ledger[ledgerTable()] ?? {});
  return JSON.parse(item?.state?.S ?? '{}').keys;
};
const made = () =>
  keysKnown()
    .made.map(({ id }) => id)
    .sort();
/** All that the function has logged. */
const log = () => account.place.output.lines.map(({ text }) => text).join();

test.each(HARSH_SEEDS)(
  'a rotation makes a new key current, and the one before works on until the next (seed %i)',
  async (seed) => {
    await settled(account);
    const [first = ''] = keys();
    harshestDay(account.aws, seed);
    await rotated();
    const [, second = ''] = keys();
    expect(account.content()).toMatchObject({
      accessKeyId: second,
      previousAccessKeyId: first,
      accessKeySerial: 1,
    });
    expect(account.content('AWSPREVIOUS')?.accessKeyId).toBe(first);
    soon(60_000);
    await rotated();
    expect(keys()).toEqual([second, account.content()?.accessKeyId]);
    expectIntact(account, known(account));
    // A stack operation whose serial did not change keeps whatever key is current.
    const current = account.content()?.accessKeyId;
    await updated(account, { Tags: 'Team=data' });
    expect(account.content()?.accessKeyId).toBe(current);
  },
);

describe('each step', () => {
  test('may run twice', async () => {
    await settled(account);
    const token = newToken();
    for (const name of STEPS)
      for (const _ of ['once', 'twice']) expect((await step(name, token)).end).toBe('returned');
    expect(keys()).toHaveLength(2);
    expect(account.content()?.accessKeyId).toBe(keys()[1]);
    expectIntact(account, known(account));
    expect(log()).not.toContain('came after');
  });

  test.each(STEPS.filter((name) => name !== 'testSecret'))(
    'that dies after any of its calls is carried out when it comes again: %s',
    async (name) => {
      await settled(account);
      const token = newToken();
      for (const earlier of STEPS.slice(0, STEPS.indexOf(name))) await step(earlier, token);
      const start = account.aws.save();
      account.aws.forgetCalls();
      await step(name, token);
      const calls = account.aws.calls.length;
      for (let call = 0; call < calls; call += 1) {
        account.aws.load(start);
        account.aws.forgetCalls();
        account.aws.failCall(call, 'crashAfter');
        await step(name, token);
        account.aws.faults.length = 0;
        soon(60_000);
        for (const later of STEPS.slice(STEPS.indexOf(name))) {
          const { end, error } = await step(later, token);
          expect([call, later, end, error?.message]).toEqual([call, later, 'returned', undefined]);
        }
        expect(keys()).toHaveLength(2);
        expectIntact(account, known(account));
      }
    },
  );

  test('for a secret that is no bundle’s, or of an older one, is refused and touches nothing', async () => {
    await settled(account);
    account.aws.addForeignSecret('theirs');
    const before = account.aws.snapshot();
    const { error } = await step('createSecret', newToken(), 'theirs');
    expect(error?.message).toContain('is not a bundle');
    expect(account.aws.snapshot()).toEqual(before);
  });
});

test('a rotation when the ledger was lost changes nothing, and goes on once the stack was updated', async () => {
  await settled(account, { RotationDays: 30 });
  for (const name of Object.keys(account.aws.ledger)) account.aws.ledger[name] = {};
  const token = newToken();
  beginRotation(account.secret(), token);
  const before = { ...account.aws.snapshot(), ledger: undefined };
  const { error } = await forged('createSecret', token);
  expect(error?.message).toBe(
    `By the ledger nothing is in force of the bundle whose secret ${account.secret().arn} is. Update the stack first.`,
  );
  expect({ ...account.aws.snapshot(), ledger: undefined }).toEqual(before);
  soon(60_000);
  await updated(account, { RotationDays: 30, Tags: 'Team=data' });
  await rotated();
  expectIntact(account, known(account));
});

test('a createSecret that comes again when its rotation is over changes nothing', async () => {
  await settled(account);
  const token = await rotated();
  const was = account.aws.snapshot();
  expect((await forged('createSecret', token)).end).toBe('returned');
  expect({ ...account.aws.snapshot(), ledger: undefined }).toEqual({ ...was, ledger: undefined });
});

describe('a stack operation between two steps', () => {
  test.each(['createSecret', 'setSecret', 'finishSecret'] as const)(
    'that changes the secret ends the rotation: %s makes nothing out of date current',
    async (name) => {
      await settled(account, { RotationDays: 30 });
      const token = newToken();
      for (const earlier of ['createSecret', 'setSecret'] as const) await step(earlier, token);
      await updated(account, { RotationDays: 30, PasswordSerial: 2 });
      const before = account.aws.snapshot();
      const { end, error } = await forged(name, token);
      expect([end, error?.message]).toEqual([
        'threw',
        `The secret "${SECRET}" was changed after this rotation had begun, and the version ${token} lacks that. ` +
          'Start the rotation anew: it makes another key.',
      ]);
      expect({ ...account.aws.snapshot(), ledger: undefined }).toEqual({ ...before, ledger: undefined });
      soon();
      await rotated();
      expect(keys()).toHaveLength(2);
      expectIntact(account, known(account));
    },
  );

  test('that makes a new key ends the rotation: it begins anew with another version, and no key goes for nothing', async () => {
    await settled(account, { RotationDays: 30 });
    const token = newToken();
    for (const earlier of ['createSecret', 'setSecret'] as const) await step(earlier, token);
    await updated(account, { RotationDays: 30, AccessKeySerial: 2 });
    const before = keys();
    const { end, error } = await forged('createSecret', token);
    expect([end, error?.message]).toEqual([
      'threw',
      `The version ${token} is not pending. Start the rotation anew.`,
    ]);
    expect(keys()).toEqual(before);
    soon();
    await rotated();
    expectIntact(account, known(account));
  });

  test('that changes tags alone leaves the rotation to go on', async () => {
    await settled(account, { RotationDays: 30 });
    const token = newToken();
    for (const earlier of ['createSecret', 'setSecret'] as const) await step(earlier, token);
    await updated(account, { RotationDays: 30, Tags: 'Team=data' });
    expect(await forged('finishSecret', token)).toEqual({ end: 'returned', error: undefined });
    expect(account.content()?.accessKeyId).toBe(keys()[1]);
    expectIntact(account, known(account));
  });
});

test('a rotation after an Update that died with a new password set says nothing of which one is in force', async () => {
  const made = await settled(account, { RotationDays: 30 });
  const wanted = { ...made.properties, PasswordSerial: 2 };
  account.fail('UpdateLoginProfile', 'crashAfter');
  await settle(startFunction(account.place, updateEvent(made.id, wanted, made.properties)));
  dropTimers();
  account.aws.faults.length = 0;
  soon(60_000);
  await rotated();
  await takenBack(account, made, { ...made, properties: wanted });
  expect(account.user().loginProfile?.password).toBe(account.content()?.consolePassword);
  expectIntact(account, made);
});

test('a new rotation after one that died with the label moved never deletes the key in service', async () => {
  await settled(account);
  const [first = ''] = keys();
  const given = newToken();
  for (const name of ['createSecret', 'setSecret', 'testSecret'] as const) await step(name, given);
  account.fail('UpdateSecretVersionStage', 'crashAfter');
  expect((await step('finishSecret', given)).end).toBe('crashed');
  expect(account.content()?.accessKeyId).not.toBe(first);
  account.aws.faults.length = 0;
  soon(60_000);
  const breaches: string[] = [];
  account.aws.afterChange = ({ action }) => {
    if (!keys().includes(account.content()?.accessKeyId ?? '')) breaches.push(action);
  };
  await rotated();
  expect(breaches).toEqual([]);
  expect(keys()).toEqual([first, account.content()?.accessKeyId]);
  expectIntact(account, known(account));
});

test('a rotation whose version a late read does not show goes on where rotation is on', async () => {
  await settled(account, { RotationDays: 30 });
  const token = newToken();
  expect((await step('createSecret', token)).error).toBeUndefined();
  expect(account.content('AWSPENDING')?.accessKeyId).toBe(keys()[1]);
});

describe('a rotation', () => {
  test('is tried with a version that has no value when it is switched on, and that succeeds', async () => {
    await settled(account, { RotationDays: 30 });
    expect(account.secret()).toMatchObject({ rotationEnabled: true, rotationDays: 30 });
    expect((await step('testSecret', newToken())).end).toBe('returned');
    await updated(account, { RotationDays: 0 });
    expect(account.secret().rotationEnabled).toBe(false);
  });

  test('does not make room of a key that somebody has used within a day', async () => {
    await settled(account);
    const [first = ''] = keys();
    await rotated();
    account.aws.useAccessKey(first, 'ec2');
    const before = keys();
    const { error } = await step('createSecret', newToken());
    expect(error?.message).toMatch(
      new RegExp(
        `^The access key ${first}, which the last rotation replaced, was used for ec2 at [-0-9T:.]+Z: somebody has not ` +
          'been given the current one. Nothing was changed. Give it the key in AWSCURRENT of the secret ' +
          `"${SECRET}"; the rotation is tried again.$`,
      ),
    );
    expect(keys()).toEqual(before);
    soon(2 * 86_400_000);
    await rotated();
    expect(keys()).not.toContain(first);
  });

  test('that is begun anew after the key in force was deleted by somebody leaves the only one that works', async () => {
    const first = await settled(account).then(() => keys()[0]);
    await updated(account, { AccessKeySerial: 2 });
    account.user().accessKeys = account.user().accessKeys.filter(({ id }) => id === first);
    soon(60_000);
    expect((await step('createSecret', newToken())).end).toBe('returned');
    const [, second] = keys();
    soon(60_000);
    expect((await step('createSecret', newToken())).end).toBe('returned');
    expect(keys()).toEqual([first, expect.any(String)]);
    expect(keys()).not.toContain(second);
  });

  test('of a secret that has lost all its versions is refused, and says what to do', async () => {
    await settled(account);
    account.secret().versions = {};
    const { error } = await step('createSecret', newToken());
    expect(error?.message).toBe(
      'The secret holds no access key that could be rotated. Update the stack first.',
    );
  });

  test('of a secret that a person has taken the key out of is refused, and the key that nobody can read stays', async () => {
    await settled(account);
    for (const version of Object.values(account.secret().versions)) version.value = '{}';
    const before = keys();
    const { error } = await step('createSecret', newToken());
    expect(error?.message).toBe(
      'The secret holds no access key that could be rotated. Update the stack first.',
    );
    expect(keys()).toEqual(before);
  });

  test('finds no room beside a key that a person has made, names it and deletes none', async () => {
    await settled(account);
    const theirs = account.aws.addAccessKeyByHand(USER).id;
    const before = keys();
    const { error } = await step('createSecret', newToken());
    expect(error?.message).toBe(
      `The user "${USER}" needs a new access key, but IAM allows 2 and these were not made by this bundle: ${theirs}. ` +
        'None was deleted. Find out which are in use, delete one that is not, then try again.',
    );
    expect(keys()).toEqual(before);
  });

  test('that was given up half way is left alone by a stack operation, and makes room for the next', async () => {
    await settled(account);
    const [first = ''] = keys();
    const token = newToken();
    await step('createSecret', token);
    const [, given = ''] = keys();
    account.aws.useAccessKey(given, 'ec2');
    await updated(account, { Tags: 'Team=data' });
    expect(keys()).toEqual([first, given]);
    expect(account.content('AWSPENDING')?.accessKeyId).toBe(given);
    await rotated();
    expect(keys()).not.toContain(given);
    expect(account.content()?.previousAccessKeyId).toBe(first);
  });

  test('leaves the key before alone where a person has deleted the current one: there is room', async () => {
    await settled(account);
    const [first] = keys();
    await rotated();
    soon(60_000);
    account.user().accessKeys.pop();
    expect((await step('createSecret', newToken())).error).toBeUndefined();
    expect(keys()).toHaveLength(2);
    expect(keys()[0]).toBe(first);
    expect(made()).toEqual(keys().toSorted());
  });

  test('forgets the key that it has made room of, and moves no label for that', async () => {
    await settled(account);
    await rotated();
    soon(60_000);
    account.aws.forgetCalls();
    await step('createSecret', newToken());
    expect(made()).toEqual(keys().toSorted());
    expect(account.aws.calls.map(({ action }) => action)).not.toContain('UpdateSecretVersionStage');
  });

  test('has the serial of the key before, though the property was lowered since', async () => {
    await settled(account, { AccessKeySerial: 3 });
    await updated(account, { AccessKeySerial: 2 });
    await rotated();
    expect(account.content()?.accessKeySerial).toBe(3);
  });

  test('goes on though a read does not show the version in force for a moment', async () => {
    await settled(account);
    const current = keysKnown().current?.version;
    const absent = secretsError('ResourceNotFoundException', 'Secrets Manager cannot find it.');
    const token = newToken();
    for (const name of STEPS) {
      let reads = 0;
      account.aws.failCall(
        ({ action, input }) => action === 'GetSecretValue' && input.VersionId === current && ++reads < 3,
        absent,
        99,
      );
      expect((await step(name, token)).error).toBeUndefined();
      account.aws.faults.length = 0;
      soon();
    }
    expect(account.content()?.accessKeyId).toBe(keys()[1]);
  });

  test('that was given up half way gives way to a raised serial', async () => {
    await settled(account);
    const [first = ''] = keys();
    await step('createSecret', newToken());
    await updated(account, { AccessKeySerial: 2 });
    expect(keys()).toEqual([first, account.content()?.accessKeyId]);
    expectIntact(account, known(account));
  });

  test('while access is suspended is refused, and says why', async () => {
    await settled(account);
    await updated(account, { Access: 'Suspended' });
    const { error } = await step('createSecret', newToken());
    expect(error?.message).toContain('Access is suspended');
    expect(keys()).toHaveLength(1);
  });

  test('throws what Lambda may log: no secret and no request', async () => {
    await settled(account);
    account.fail('PutSecretValue', 'explicitDeny', Number.POSITIVE_INFINITY);
    const { error } = await step('createSecret', newToken());
    expect(error?.name).toBe('FunctionError');
    expect(error?.cause).toBeUndefined();
    for (const secret of account.aws.minted)
      expect(JSON.stringify([error?.message, error?.stack])).not.toContain(secret);
    expect(keys()).toHaveLength(1);
    expect(account.secret(SECRET).name).toBe(SECRET);
    expect(account.user(USER).name).toBe(USER);
  });
});

describe('a step that was not sent for this', () => {
  test('as a name that only begins alike, is refused before anything is done', async () => {
    await settled(account);
    const { arn, ...ours } = account.secret();
    const other = arn.replace(`${SECRET}-`, `${SECRET}-evil-`);
    account.aws.secrets[`${SECRET}-evil`] = { ...ours, arn: other, name: `${SECRET}-evil` };
    const token = newToken();
    beginRotation(account.secret(), token);
    const { error } = await step('createSecret', token, other);
    expect(error?.message).toContain('is not the one in force of its bundle');
    expect(keys()).toHaveLength(1);
  });

  test.each([newToken(), '__proto__', 'constructor', '', null, {}, 'x'.repeat(5000)])(
    'as Secrets Manager has not begun that rotation, makes no key and deletes none: %j',
    async (token) => {
      await settled(account);
      await rotated();
      soon(60_000);
      const was = account.aws.snapshot();
      const { error } = await forged('createSecret', token);
      expect(error?.message).toContain('is not of a rotation that Secrets Manager has begun');
      expect(account.aws.snapshot()).toEqual(was);
    },
  );

  test.each(['AWSCURRENT', 'AWSPREVIOUS'])(
    'as its version is that of a stack operation or of long ago (%s), makes no key and deletes none',
    async (label) => {
      await settled(account);
      await updated(account, { AccessKeySerial: 2 });
      await updated(account, { AccessKeySerial: 3 });
      const was = account.aws.snapshot();
      const { versions } = account.secret();
      const token = Object.keys(versions).find((id) => versions[id]?.stages.includes(label));
      await forged('createSecret', token);
      expect(account.aws.snapshot()).toEqual(was);
    },
  );

  test.each(['setSecret', 'finishSecret'] as const)(
    'as a %s whose key was not made yet, makes nothing current',
    async (name) => {
      await settled(account);
      const token = newToken();
      beginRotation(account.secret(), token);
      const was = account.aws.snapshot();
      const { error } = await forged(name, token);
      expect(error?.message).toBe(
        `The version ${token} of the secret "${SECRET}" holds no access key of this rotation. Start the rotation anew.`,
      );
      expect({ ...account.aws.snapshot(), ledger: undefined }).toEqual({ ...was, ledger: undefined });
    },
  );

  test.each(['setSecret', 'finishSecret'] as const)(
    'as a %s of a rotation before the last, changes nothing: what is in force stays so',
    async (name) => {
      await settled(account);
      const before = await rotated();
      await rotated();
      const current = account.content();
      const was = account.aws.snapshot();
      expect(log()).not.toContain('came after');
      expect((await step(name, before)).end).toBe('returned');
      expect([account.content(), account.aws.snapshot()]).toEqual([current, was]);
      expect(log()).toContain(
        `A step of the rotation ${before} came after a later change of the key; nothing was done.`,
      );
    },
  );
});
