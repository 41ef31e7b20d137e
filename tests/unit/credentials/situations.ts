import type { DesiredSecret, DesiredUser } from '../../../src/bundle/bundle.ts';
import { contentOf, type LiveCredentials, planCredentials } from '../../../src/credentials/plan.ts';
import type { SecretContent, SecretVersion } from '../../../src/secret/secret.ts';

/** Situations for the planner of credentials, and its plans in short. */

export const user: DesiredUser = { name: 'redis', arn: 'arn:redis', policyArn: '', consolePassword: false };
export const desired: DesiredSecret = {
  name: 'rv-access/redis',
  fixed: { name: 'stack', provider: 'AWS', signInLoginUrl: 'https://sign-in' },
  accessKeySerial: 1,
  passwordSerial: 1,
  kmsKeyArn: '',
  readerArns: [],
  replicaRegions: [],
};
export const serial = (accessKeySerial: number, passwordSerial = 1) => ({
  ...desired,
  accessKeySerial,
  passwordSerial,
});

export const key = (id: string, active = true) => ({ id, active, createDate: new Date(0) });
/** A version with everything that belongs into it for a key of a serial. */
export const version = (
  id: string,
  label: string | undefined,
  keyId: string,
  keySerial = 1,
  more: SecretContent = {},
): SecretVersion => ({
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
export const placeholder: SecretVersion = { id: 'current', stages: ['AWSCURRENT'], content: desired.fixed };

export const live = (rest: Partial<LiveCredentials>): LiveCredentials => ({
  keys: [],
  hasPassword: false,
  versions: [],
  inherited: [],
  strays: [],
  straySerial: 1,
  ...rest,
});
/** The plan in short: ids instead of versions, and only what it asks for. */
export const plan = (rest: Partial<LiveCredentials>, want = desired, of = user) => {
  const { keyFrom, passwordFrom, target, abandoned, previousVersion, ...others } = planCredentials(
    want,
    of,
    live(rest),
  );
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
