import type { Life } from './life.ts';

/** Lives that once went wrong, cut down to what it took. */
export const keptLives: Record<string, Life> = {
  'an Update that had nothing to do comes a second time after the Delete': {
    slow: false,
    steps: [
      { does: 'request', change: ['Tags', 0], rollBack: false, retry: false },
      { does: 'request', change: ['PermissionsBoundaryArn', 0], rollBack: false, retry: false },
      { does: 'delete' },
      { does: 'again', back: 1 },
    ],
  },
  'an Update that had nothing to do comes a second time after one that had': {
    slow: false,
    steps: [
      { does: 'request', change: ['Tags', 0], rollBack: false, retry: false },
      { does: 'request', change: ['InstanceRoleName', 0], rollBack: false, retry: false },
      { does: 'request', change: ['UserPolicyDocument', 1], rollBack: false, retry: false },
      { does: 'again', back: 1 },
    ],
  },
  'a Delete comes a second time when the bundle exists again': {
    slow: false,
    steps: [
      { does: 'request', change: ['Tags', 0], rollBack: false, retry: false },
      { does: 'delete' },
      { does: 'request', change: ['Tags', 0], rollBack: false, retry: false },
      { does: 'again', back: 1 },
    ],
  },
  'a role that was deleted a moment ago is wanted again': {
    slow: true,
    steps: [
      { does: 'request', change: ['Tags', 0], rollBack: false, retry: false },
      { does: 'request', change: ['ConsoleAccess', 3], rollBack: true, retry: false },
    ],
  },
  'the Create comes a second time when somebody has scheduled the secret for deletion': {
    slow: false,
    steps: [
      { does: 'request', change: ['Tags', 0], rollBack: false, retry: false },
      { does: 'by hand', what: 'schedules the secret for deletion' },
      { does: 'again', back: 0 },
    ],
  },
  'the secret goes back to a name whose old secret holds a key that still works': {
    slow: false,
    steps: [
      { does: 'request', change: ['UserName', 1], rollBack: false, retry: false },
      { does: 'request', change: ['SecretName', 1], rollBack: false, retry: false },
      { does: 'by hand', what: 'deletes the secret' },
      { does: 'request', change: ['DeletionProtection', 1], rollBack: false, retry: false },
      { does: 'request', change: ['SecretName', 0], rollBack: false, retry: false },
    ],
  },
  'the Create of an earlier life comes a second time after the Delete of the next one': {
    slow: false,
    steps: [
      { does: 'request', change: ['Tags', 0], rollBack: false, retry: false },
      { does: 'delete' },
      { does: 'request', change: ['Tags', 0], rollBack: false, retry: false },
      { does: 'delete' },
      { does: 'again', back: 3 },
    ],
  },
  'the Delete of a Create that died comes a second time in the life after the next': {
    slow: false,
    steps: [
      { does: 'request', change: ['Tags', 0], fault: { kind: 12, call: 7 }, rollBack: false, retry: false },
      { does: 'request', change: ['Tags', 0], rollBack: false, retry: false },
      { does: 'delete' },
      { does: 'request', change: ['Tags', 0], rollBack: false, retry: false },
      { does: 'again', back: 3 },
    ],
  },
  'the Delete of an earlier life comes a second time when somebody has scheduled the secret for deletion': {
    slow: false,
    steps: [
      { does: 'request', change: ['Tags', 0], rollBack: false, retry: false },
      { does: 'delete' },
      { does: 'request', change: ['Tags', 0], rollBack: false, retry: false },
      { does: 'request', change: ['Tags', 0], rollBack: false, retry: false },
      { does: 'by hand', what: 'schedules the secret for deletion' },
      { does: 'again', back: 2 },
    ],
  },
  'the Create from before a replacement comes a second time after the Delete': {
    slow: false,
    steps: [
      { does: 'request', change: ['Tags', 0], rollBack: false, retry: false },
      { does: 'request', change: ['UserPolicyName', 1], rollBack: false, retry: false },
      { does: 'delete' },
      { does: 'again', back: 3 },
    ],
  },
  'an Update from before a replacement that had nothing to do comes a second time': {
    slow: false,
    steps: [
      { does: 'request', change: ['Tags', 0], rollBack: false, retry: false },
      { does: 'request', change: ['Tags', 0], rollBack: false, retry: false },
      { does: 'request', change: ['SecretName', 1], rollBack: false, retry: false },
      { does: 'again', back: 2 },
    ],
  },
  'a Create fails over the secret of an earlier life before it has taken it over': {
    slow: true,
    steps: [
      { does: 'request', change: ['Tags', 0], rollBack: false, retry: false },
      { does: 'delete' },
      { does: 'request', change: ['Tags', 0], fault: { kind: 11, call: 12 }, rollBack: false, retry: false },
    ],
  },
  'the roll-back of a failed replacement comes a second time after the replacement': {
    slow: false,
    steps: [
      { does: 'request', change: ['Tags', 0], rollBack: false, retry: false },
      {
        does: 'request',
        change: ['InstanceRoleName', 1],
        fault: { kind: 7, call: 7 },
        rollBack: false,
        retry: false,
      },
      { does: 'request', change: ['InstanceRoleName', 1], rollBack: false, retry: false },
      { does: 'again', back: 2 },
    ],
  },
  'a serial is lowered, and raised again by the roll-back, after the secret has changed': {
    slow: false,
    steps: [
      { does: 'request', change: ['Tags', 0], rollBack: false, retry: false },
      { does: 'request', change: ['AccessKeySerial', 2], rollBack: false, retry: false },
      { does: 'request', change: ['ConsoleAccess', 1], rollBack: false, retry: false },
      { does: 'request', change: ['AccessKeySerial', 1], rollBack: true, retry: false },
    ],
  },
  'a Create may not restore the secret of an earlier life': {
    slow: true,
    steps: [
      { does: 'request', change: ['Tags', 0], rollBack: false, retry: false },
      { does: 'request', change: ['ConsoleAccess', 3], rollBack: false, retry: false },
      { does: 'delete' },
      { does: 'request', change: ['Tags', 0], fault: { kind: 11, call: 17 }, rollBack: false, retry: false },
    ],
  },
  'a rename of the user finds the secret, which it keeps, scheduled for deletion by somebody': {
    slow: false,
    steps: [
      { does: 'request', change: ['Tags', 0], rollBack: false, retry: false },
      { does: 'request', change: ['SecretName', 1], rollBack: false, retry: false },
      { does: 'by hand', what: 'schedules the secret for deletion' },
      { does: 'request', change: ['UserName', 1], rollBack: false, retry: false },
    ],
  },
  'a secret that was renamed and renamed back is scheduled for deletion by hand': {
    slow: false,
    steps: [
      { does: 'request', change: ['Tags', 0], rollBack: false, retry: false },
      { does: 'request', change: ['SecretName', 1], rollBack: true, retry: false },
      { does: 'by hand', what: 'schedules the secret for deletion' },
      { does: 'request', change: ['Tags', 0], rollBack: false, retry: false },
    ],
  },
  'the secret gets another name when nobody can read the old one, and a rotation was rolled back': {
    slow: false,
    steps: [
      { does: 'request', change: ['Tags', 0], rollBack: false, retry: false },
      { does: 'request', change: ['AccessKeySerial', 1], rollBack: true, retry: false },
      { does: 'by hand', what: 'schedules the secret for deletion' },
      { does: 'request', change: ['SecretName', 1], rollBack: false, retry: false },
    ],
  },
  'a new secret fails at its end when nobody can read the password of the old one': {
    slow: false,
    steps: [
      { does: 'request', change: ['Tags', 0], rollBack: false, retry: false },
      { does: 'by hand', what: 'schedules the secret for deletion' },
      {
        does: 'request',
        change: ['SecretName', 1],
        fault: { kind: 10, call: 54 },
        rollBack: false,
        retry: false,
      },
      { does: 'request', change: ['Tags', 0], rollBack: false, retry: false },
    ],
  },
};
