import type { Mutant } from './mutant.ts';

/** Deleting, and requests that come twice, late or after the Delete. */
export const removal: Mutant[] = [
  {
    breaks: 'no fence: the secret does not go before the credentials',
    file: 'remove.ts',
    text: ', fence(aws, bundle, found, options)));',
    replacement:
      ", []));\n  found.removals.push({ what: 'secret', kill: [], strip: fence(aws, bundle, found, options), drop: async () => {} });",
  },
  {
    breaks: 'the secret is never deleted',
    file: 'remove.ts',
    text: 'ownTags(bundle, found)) return [() => secret.drop()];',
    replacement: 'ownTags(bundle, found)) return [];',
  },
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
    breaks: 'the deletion protection is off',
    file: 'remove.ts',
    text: 'if (options.protect) await refuseIfInUse(aws, found);',
    replacement: 'void refuseIfInUse;',
  },
  {
    breaks: 'the deletion protection looks at the role alone',
    file: 'in-use.ts',
    text: "if (use && use.service !== 'sts' && use.date.getTime() > since)",
    replacement: "if (use && use.service === 'sts' && use.date.getTime() > since)",
  },
  {
    breaks: 'the deletion protection looks at keys alone',
    file: 'in-use.ts',
    text: 'if (roleLastUsed && roleLastUsed.getTime() > since)',
    replacement: 'if (roleLastUsed && roleLastUsed.getTime() < 0)',
  },
  {
    breaks: "the bundle's own probe counts as use, so that nothing can be deleted",
    file: 'in-use.ts',
    text: "use && use.service !== 'sts' &&",
    replacement: 'use &&',
  },
  {
    breaks: 'keys are not made inactive first',
    file: 'entities/user-removal.ts',
    text: 'kill: [...disableKeys, ...dropPassword],',
    replacement: 'kill: disableKeys.slice(0, 0).concat(dropPassword),',
  },
  {
    breaks: 'keys are not deleted',
    file: 'entities/user-removal.ts',
    text: 'strip: [...deleteKeys, ...extras],',
    replacement: 'strip: deleteKeys.slice(0, 0).concat(extras),',
  },
  {
    breaks: 'a list that cannot be read counts as empty',
    file: 'entities/removal.ts',
    text: 'return [() => Promise.reject(error)];',
    replacement: 'return error ? [] : [];',
  },
  {
    breaks: 'an entity that cannot be read counts as absent',
    file: 'found.ts',
    text: 'return { what, absent: false, removal: unreadable(what, error) };',
    replacement: 'return { what, absent: unreadable(what, error) !== undefined };',
  },
  {
    breaks: 'a Delete that has left something says SUCCESS',
    file: 'remove.ts',
    text: 'if (left.size > 0)\n    throw',
    replacement: 'if (left.size < 0)\n    throw',
  },
  {
    breaks: 'one failed step stops the rest of a Delete',
    file: 'remove.ts',
    text: 'left.set(what, [...(left.get(what) ?? []), error]);',
    replacement: 'throw error;',
  },
  {
    breaks: 'a name that is not shown yet counts as absent to a Delete',
    file: 'found.ts',
    text: '(patient && incomplete && looks < LOOKS)',
    replacement: '(patient && incomplete && looks < 0)',
  },
  {
    breaks: 'a DeleteConflict is final',
    file: 'entities/removal.ts',
    text: "if (codeOf(error) !== 'DeleteConflict' || Date.now() > end) throw error;",
    replacement: 'if (codeOf(error) || Date.now() > end) throw error;',
  },
  {
    breaks: 'a policy is not detached from its holders before it is deleted, nor are all of them named',
    file: 'entities/policy-removal.ts',
    text: 'strip: [...versions, ...detach],',
    replacement: 'strip: versions.concat(detach.slice(0, 0)),',
  },
  {
    breaks: 'only the first page of the holders of a policy is read',
    file: 'entities/policy-removal.ts',
    text: 'return { items, marker: page.Marker };',
    replacement: 'return { items, marker: undefined };',
  },
  {
    breaks: 'older versions of a policy stay and block its deletion',
    file: 'entities/policy-removal.ts',
    text: 'if (!IsDefaultVersion) await',
    replacement: 'if (IsDefaultVersion === undefined) await',
  },
  {
    breaks: 'a virtual MFA device outlives its user',
    file: 'entities/user-removal.ts',
    text: "if (SerialNumber.includes(':mfa/'))",
    replacement: "if (SerialNumber.includes(':mfa:'))",
  },
  {
    breaks: 'a pager reads the first page only',
    file: 'aws.ts',
    text: '} while (marker);',
    replacement: '} while (marker === null);',
  },
  {
    breaks: 'only the first page of what hangs on a user or a role is read',
    file: 'entities/removal.ts',
    text: 'return { items: itemsOf(page), marker: page.Marker };',
    replacement: 'return { items: itemsOf(page), marker: undefined };',
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
];
