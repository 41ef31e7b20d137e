import type { Mutant } from './mutant.ts';

/** Requests that come twice, late or after the Delete, and those that fail. */
export const requests: Mutant[] = [
  {
    breaks: 'a cancelled Create finds no word of it',
    file: 'remove.ts',
    text: 'if (!cancelled || !(isLeft || !secret)) return [];',
    replacement: 'if (cancelled || !(isLeft || !secret)) return [];',
  },
  {
    breaks: 'a Delete of a cancelled Create does not look again once the fence stands',
    file: 'remove.ts',
    text: 'if (cancelled) found = await look(aws, bundle, { ...options, patient: true });',
    replacement: '',
  },
  {
    breaks: 'a late copy of an old request is carried out again',
    file: 'past.ts',
    text: 'if (secret?.readable && isOutdated(secret.tags, key)) return true;',
    replacement: '',
  },
  {
    breaks: 'a late Delete removes what later requests have made',
    file: 'remove.ts',
    text: 'if (tags && isOutdated(tags, requestKey(request))) {',
    replacement: 'if (tags && isOutdated({}, requestKey(request))) {',
  },
  {
    breaks: 'a copy of a request brings a deleted bundle back',
    file: 'requests.ts',
    text: 'return entries(tags).includes(key) || isOutdated(tags, key) || isCancelled(tags, event);',
    replacement: 'return key === undefined || isCancelled(tags, event);',
  },
  {
    breaks: 'a Create that was cancelled before it came is carried out',
    file: 'requests.ts',
    text: 'if (!cancelled) return false;',
    replacement: 'if (cancelled) return false;\n  if (!cancelled) return false;',
  },
  {
    breaks: 'a Create that a Delete has overtaken keeps what it made',
    file: 'request.ts',
    text: 'const isOrphan = error instanceof SupersededError || !progress.secretClaimed;',
    replacement: 'const isOrphan = !progress.secretClaimed;',
  },
  {
    breaks: 'a Create that fails before it has a secret leaves what it made',
    file: 'request.ts',
    text: 'const isOrphan = error instanceof SupersededError || !progress.secretClaimed;',
    replacement: 'const isOrphan = error instanceof SupersededError;',
  },
  {
    breaks: 'what a cancelled Create has made is not looked for again',
    file: 'found.ts',
    text: 'const anyOurs = secretIsOurs || cancelled || all.some',
    replacement: 'const anyOurs = secretIsOurs || all.some',
  },
  {
    breaks: 'what a failed run has made and IAM does not show yet is left',
    file: 'found.ts',
    text: '|| (unseen && looks < LOOKS_FOR_MADE)',
    replacement: '|| (unseen && looks < 0)',
  },
  {
    breaks: 'what somebody has removed meanwhile is looked for until the time is over',
    file: 'found.ts',
    text: '(unseen && looks < LOOKS_FOR_MADE)',
    replacement: '(unseen && LOOKS_FOR_MADE > 0)',
  },
  {
    breaks: 'the secret that a cancelled Create has made meanwhile stays',
    file: 'remove.ts',
    text: 'await deleteSecret(aws, name, recoveryDays);',
    replacement: 'void recoveryDays;',
  },
  {
    breaks: 'a word that cannot be left is not told',
    file: 'remove.ts',
    text: "if (codeOf(error) !== 'ResourceExists') throw error;",
    replacement: '',
  },
  {
    breaks: 'no word is left in the secret of an earlier life',
    file: 'remove.ts',
    text: 'if (!cancelled || !(isLeft || !secret)) return [];',
    replacement: 'if (!cancelled || !(isLeft === null || !secret)) return [];',
  },
  {
    breaks: 'the scheduled secret of a stranger is restored to leave a word in it',
    file: 'remove.ts',
    text: 'secret?.scheduled && BUNDLE_TAG in secret.tags && !',
    replacement: 'secret?.scheduled && (BUNDLE_TAG in secret.tags || true) && !',
  },
  {
    breaks: 'a Create goes on over a secret in which a Delete has left a word since it was read',
    file: 'secret-claim.ts',
    text: 'if (fromAwsTags(restored.Tags)[REQUESTS_TAG] !== live.tags[REQUESTS_TAG])',
    replacement: 'if (fromAwsTags(restored.Tags)[REQUESTS_TAG] === null)',
  },
  {
    breaks: 'a Create that comes a second time and fails takes the whole bundle down',
    file: 'request.ts',
    text: '!previous && progress.made.size > 0 &&',
    replacement: '!previous && progress.made.size >= 0 &&',
  },
  {
    breaks: 'an Update that a Delete has overtaken takes down what it did not make',
    file: 'request.ts',
    text: 'if (!previous && progress.made.size > 0',
    replacement: 'if (progress.made.size > 0',
  },
  {
    breaks: 'a roll-back that fails takes down the bundle that it goes back to',
    file: 'request.ts',
    text: 'progress.ownedBefore === false && physicalId',
    replacement: 'physicalId',
  },
  {
    breaks: 'an Update in place that fails takes down what it has healed',
    file: 'request.ts',
    text: 'progress.ownedBefore === false && physicalId !== bundle.id;',
    replacement: 'progress.ownedBefore === false;',
  },
  {
    breaks: 'an Update under an unknown id takes down the bundle',
    file: 'request.ts',
    text: '![bundle.id, event.PhysicalResourceId].includes',
    replacement: '![event.PhysicalResourceId].includes',
  },
];
