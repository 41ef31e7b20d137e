import type { DesiredSecret, DesiredUser } from '../../../src/bundle/bundle.ts';
import { contentOf } from '../../../src/credentials/content.ts';
import type { ObservedCredentials } from '../../../src/credentials/observe.ts';
import { planCredentials } from '../../../src/credentials/plan.ts';
import type { MadeKey } from '../../../src/ledger/state.ts';
import type { SecretContent, SecretVersion } from '../../../src/secret/versions.ts';

/** Situations for the planner of credentials, and its plans in short. */

export const SECRET = 'rv-access/redis';
export const user: DesiredUser = {
  name: 'redis',
  arn: 'arn:redis',
  tags: {},
  policyArn: '',
  boundaryArn: '',
  consolePassword: false,
};
export const desired: DesiredSecret = {
  name: SECRET,
  tags: {},
  fixed: { name: 'stack', provider: 'AWS', signInLoginUrl: 'https://sign-in' },
  accessKeySerial: 1,
  passwordSerial: 1,
  kmsKeyArn: '',
  readerArns: [],
  replicaRegions: [],
  recoveryDays: 30,
  rotationDays: 0,
};
export const serial = (accessKeySerial: number, passwordSerial = 1) => ({
  ...desired,
  accessKeySerial,
  passwordSerial,
});

/** A key as IAM lists it. */
export const key = (id: string, active = true) => ({ id, active, createDate: new Date(0) });
/** A key as the ledger knows it. */
export const made = (id: string, rest: Partial<MadeKey> = {}): MadeKey => ({
  ...{ id, serial: 1, user: 'redis', madeAt: '2026-01-15T12:00:00.000Z' },
  ...rest,
});
/** A version with everything that belongs into it for a key of a serial. */
export const version = (
  id: string,
  label: string | undefined,
  keyId: string,
  keySerial = 1,
  more: SecretContent = {},
): SecretVersion => ({
  secret: SECRET,
  id,
  stages: label ? [label] : [],
  content: {
    ...contentOf(
      serial(keySerial),
      user,
      { accessKeyId: keyId, accessSecretKey: `of ${keyId}` },
      undefined,
      undefined,
    ),
    ...more,
  },
});
export const current = (keyId: string, keySerial?: number, more?: SecretContent) =>
  version('current', 'AWSCURRENT', keyId, keySerial, more);
export const pending = (keyId: string, keySerial?: number, more?: SecretContent) =>
  version('pending', 'AWSPENDING', keyId, keySerial, more);
export const previous = (keyId: string, keySerial?: number, more?: SecretContent) =>
  version('previous', 'AWSPREVIOUS', keyId, keySerial, more);
export const placeholder: SecretVersion = {
  secret: SECRET,
  id: 'current',
  stages: ['AWSCURRENT'],
  content: desired.fixed,
};
/** A version of the secret of the name before. */
export const elsewhere = (version: SecretVersion): SecretVersion => ({
  ...version,
  secret: 'before',
  stages: [],
});

/** What was observed, unless told otherwise: nothing; the ledger knows AWSCURRENT where it is. */
export const observed = (rest: Partial<ObservedCredentials>): ObservedCredentials => ({
  keys: [],
  made: [],
  lost: [],
  held: [],
  hasPassword: false,
  versions: [],
  current: { secret: SECRET, version: 'current' },
  isMoving: false,
  password: rest.hasPassword ? { secret: SECRET, version: 'current' } : undefined,
  knowsPassword: rest.hasPassword === true,
  ...rest,
});

/** The plan in short: ids instead of versions, and only what it asks for. */
export const plan = (rest: Partial<ObservedCredentials>, want = desired, of = user) => {
  const {
    keyFrom,
    passwordFrom,
    target,
    abandoned,
    previousVersion,
    settled: _settled,
    mustMove: _move,
    ...others
  } = planCredentials(want, of, observed(rest));
  const asked = Object.entries({
    ...others,
    keyFrom: keyFrom?.id ?? 'a new one',
    passwordFrom: passwordFrom?.id,
    target: target?.id,
    abandoned: abandoned?.id,
    previousVersion: previousVersion?.id,
  }).filter(([, value]) => value && !(Array.isArray(value) && value.length === 0));
  return Object.fromEntries(asked);
};
