import type { Mutant } from './mutant.ts';

/** Deleting. */
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
    breaks: 'what only the secret tells of is not looked for again',
    file: 'found.ts',
    text: 'const anyOurs = secretIsOurs || cancelled || all.some',
    replacement: 'const anyOurs = (cancelled && secretIsOurs) || all.some',
  },
  {
    breaks: 'the rest of a bundle without a secret is not looked for again',
    file: 'found.ts',
    text: '|| cancelled || all.some(({ ours }) => ours);',
    replacement: '|| cancelled;',
  },
  {
    breaks: 'an instance profile or a policy that is not shown yet counts as absent',
    file: 'found.ts',
    text: '      ...others,\n    ];\n    const all',
    replacement: '    ];\n    const all',
  },
  {
    breaks: 'a secret that cannot be read counts as absent',
    file: 'found.ts',
    text: "if (secretSeen && 'error' in secretSeen)",
    replacement: "if (secretSeen && 'error' in secretSeen && !secretSeen)",
  },
  {
    breaks: "a policy that a bundle's successor holds stays",
    file: 'found.ts',
    text: 'isSameResource(tags[BUNDLE_TAG], bundle.id) || tags[BUNDLE_TAG] === adopting(bundle.id);',
    replacement:
      "tags[BUNDLE_TAG] === bundle.id || (isSameResource('', '') && tags[BUNDLE_TAG] === adopting(bundle.id));",
  },
  {
    breaks: 'policies go while those that hold them are still being deleted',
    file: 'remove.ts',
    text: '(removal.last ? [] : drop(removal))',
    replacement: '(removal.last === null ? [] : drop(removal))',
  },
  {
    breaks: 'a key that nobody has ever used counts as in use',
    file: 'in-use.ts',
    text: 'if (use && use.service',
    replacement: 'if (!use || use.service',
  },
];
