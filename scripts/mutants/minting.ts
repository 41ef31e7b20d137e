import type { Mutant } from './mutant.ts';

/** From the intent to make an access key to its place as the current one. */
export const minting: Mutant[] = [
  {
    breaks: 'no baseline: after a lost answer, keys of others count as the lost one',
    file: 'entities/mint-access-key.ts',
    text: 'const baseline = live.keys.map(({ id }) => id).filter((id) => !plan.retire.includes(id));',
    replacement: 'const baseline: string[] = [];',
  },
  {
    breaks: 'no baseline in the intent: keys of others count as left behind by a crash',
    file: 'minting.ts',
    text: 'return !baseline.includes(id) && age > -BEFORE && age < AFTER;',
    replacement: 'return age > -BEFORE && age < AFTER;',
  },
  {
    breaks: 'no intent is written down before a key is made',
    file: 'converge.ts',
    text: '...(!plan.keyFrom &&\n      mintingIntent',
    replacement: '...(!plan &&\n      mintingIntent',
  },
  {
    breaks: 'an intent of any age makes keys strays',
    file: 'minting.ts',
    text: 'age > -BEFORE && age < AFTER',
    replacement: 'age > -BEFORE',
  },
  {
    breaks: 'an intent that a stored key has ended still counts',
    file: 'minting.ts',
    text: "return versionId === (staged(secret.versions, CURRENT)?.id ?? '-') ? mintedKeys(secret.tags, unknown) : [];",
    replacement: 'return versionId ? mintedKeys(secret.tags, unknown) : [];',
  },
  {
    breaks: 'the call that makes a key is repeated by the SDK',
    file: 'access-key.ts',
    text: 'await aws.iamOnce(new CreateAccessKeyCommand',
    replacement: 'await aws.iam(new CreateAccessKeyCommand',
  },
  {
    breaks: 'the client for calls that must not be repeated repeats them',
    file: 'aws.ts',
    text: 'maxAttempts: 1 });',
    replacement: 'maxAttempts: 5 });',
  },
  {
    breaks: 'after a lost answer the key is not looked for',
    file: 'entities/mint-access-key.ts',
    text: 'for (const id of lost) await deleteAccessKey(aws, user.name, id);',
    replacement: 'if (lost.length < 0) await deleteAccessKey(aws, user.name, lost[0]);',
  },
  {
    breaks: 'a key that cannot be stored lives on',
    file: 'entities/mint-access-key.ts',
    text: 'await tryTo(() => deleteAccessKey(aws, user.name, key.id));\n    throw error;',
    replacement: 'throw error;',
  },
  {
    breaks: 'the key of the slower of two runs lives on',
    file: 'entities/mint-access-key.ts',
    text: 'if (version.content.accessKeyId !== key.id) await deleteAccessKey(aws, user.name, key.id);',
    replacement: '',
  },
  {
    breaks: 'a key that another run has given up is stored all the same',
    file: 'entities/mint-access-key.ts',
    text: 'if (version?.content.givenUp?.includes(key.id)) throw new OvertakenError(GIVEN_UP);',
    replacement: '',
  },
  {
    breaks: 'a stray key is deleted without its place being taken first',
    file: 'entities/converge-credentials.ts',
    text: 'if (live.strays.length > 0) run.closingId = await closeMint(run);',
    replacement: 'void closeMint;',
  },
  {
    breaks: 'a key that a run stores at this moment is deleted as a stray',
    file: 'entities/stray-keys.ts',
    text: 'strays = keys.map(({ id }) => id).filter((id) => !stored.includes(id));',
    replacement: 'strays = keys.map(({ id }) => id).filter((id) => id || stored.includes(id));',
  },
  {
    breaks: 'a key that somebody uses is deleted as a stray',
    file: 'entities/stray-keys.ts',
    text: 'return strays.filter((_, index) => !used[index]);',
    replacement: 'return strays.filter((_, index) => index < used.length);',
  },
  {
    breaks: 'a new key is current at once, before it is known to work',
    file: 'secret-versions.ts',
    text: 'stage = PENDING,',
    replacement: "stage = 'AWSCURRENT',",
  },
  {
    breaks: 'a new key is not tried',
    file: 'entities/prove-credentials.ts',
    text: '...(isNew ? [probeAccessKey(aws, { id, secret }, user.arn, giveUp)] : []),',
    replacement: '...(isNew && !id ? [probeAccessKey(aws, { id, secret }, user.arn, giveUp)] : []),',
  },
  {
    breaks: 'a key stored by a run that died is promoted untried',
    file: 'entities/prove-credentials.ts',
    text: 'const isNew = !plan.keyFrom || plan.unproven;',
    replacement: 'const isNew = !plan.keyFrom;',
  },
  {
    breaks: 'one answer of one server of IAM proves a key',
    file: 'access-key.ts',
    text: 'const PROBES_IN_A_ROW = 3;',
    replacement: 'const PROBES_IN_A_ROW = 1;',
  },
  {
    breaks: 'any error of STS proves a key',
    file: 'access-key.ts',
    text: "const known = codeOf(error) === 'AccessDenied';",
    replacement: "const known = codeOf(error) !== 'Throttling';",
  },
  {
    breaks: "somebody else's key is taken for the new one",
    file: 'access-key.ts',
    text: 'if (Arn !== userArn)',
    replacement: 'if (!Arn)',
  },
  {
    breaks: 'a key that does not come to work lives on',
    file: 'entities/prove-credentials.ts',
    text: 'if (isNew) await tryTo(() => deleteAccessKey(aws, user.name, id));',
    replacement: '',
  },
  {
    breaks: 'a key whose promotion may have been applied is deleted',
    file: 'entities/prove-credentials.ts',
    text: '(promoting && !isRefusal(error))',
    replacement: '(!promoting && isRefusal(error))',
  },
  {
    breaks: 'the password is set before it is stored',
    file: 'entities/converge-credentials.ts',
    text: 'const version = await (plan.keyFrom',
    replacement:
      "if (plan.setPassword) await (await import('../console-password.ts')).setPassword(aws, user.name, password?.consolePassword ?? '', live.hasPassword);\n  const version = await (plan.keyFrom",
  },
  {
    breaks: 'after a failure the old password is not set again',
    file: 'entities/prove-credentials.ts',
    text: 'await setPassword(aws, user.name, consolePassword, true);\n  return true;',
    replacement: 'void consolePassword;\n  return true;',
  },
  {
    breaks: 'a rotation deletes the key that is in force',
    file: 'entities/credentials-plan.ts',
    text: '(held.has(id) && id !== keyId && id !== previousKeyId)',
    replacement: '(held.has(id) && id !== keyId)',
  },
  {
    breaks: 'keys that people made are deleted to make room',
    file: 'entities/credentials-plan.ts',
    text: '(held.has(id) && id !== keyId && id !== previousKeyId)',
    replacement: '(id !== keyId && id !== previousKeyId)',
  },
  {
    breaks: 'two keys of others are not in the way',
    file: 'entities/credentials.ts',
    text: 'return keyFrom || keys.length - retire.length < MAX_KEYS ?',
    replacement: 'return keyFrom || keys.length - retire.length <= MAX_KEYS ?',
  },
  {
    breaks: 'a current key that lists do not show yet is believed to be gone',
    file: 'entities/credentials.ts',
    text: 'const LISTS = 4;',
    replacement: 'const LISTS = 1;',
  },
  {
    breaks: 'credentials are made before the policies are attached',
    file: 'converge.ts',
    text: 'await runAll([...shapes.flat(), ...secretShape, ...claimedSecret.shape]);\n    const versions',
    replacement:
      'const later = [...shapes.flat(), ...secretShape, ...claimedSecret.shape];\n    plans.push({ needed: true, claim: async () => [], settle: later });\n    const versions',
  },
];
