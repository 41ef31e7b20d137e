import type { Mutant } from './mutant.ts';

/** Whose an entity is, and what is told by it. */
export const ownership: Mutant[] = [
  {
    breaks: 'every bundle owns what any bundle made',
    file: 'entity.ts',
    text: '([id, adopting(id), ...predecessors].includes(owner) || isSameResource(owner, id))',
    replacement: '([id, adopting(id), ...predecessors].includes(owner) || id !== undefined)',
  },
  {
    breaks: 'an entity without a tag is owned',
    file: 'entity.ts',
    text: 'owner !== undefined && ([id',
    replacement: 'owner === undefined || ([id',
  },
  {
    breaks: 'entities of others are not in the way of a Create or Update',
    file: 'entity.ts',
    text: 'if (!claim.adopt && !ours) return [notOwned(entity.kind, entity.name, live.tags)];',
    replacement:
      'if (!claim.adopt && !ours && !live) return [notOwned(entity.kind, entity.name, live.tags)];',
  },
  {
    breaks: 'what stands in the way is told after the first write',
    file: 'converge.ts',
    text: 'if (obstacles.length > 0) throw new BlockedError(obstacles);',
    replacement:
      'if (obstacles.length > 0) {\n    if (!liveInstancePolicy) await instancePolicy.create();\n    throw new BlockedError(obstacles);\n  }',
  },
  {
    breaks: 'a Delete takes everything of its names for its own',
    file: 'found.ts',
    text: 'const isOurs = (tags: Tags) => tags[BUNDLE_TAG] === bundle.id;',
    replacement: 'const isOurs = (tags: Tags) => tags !== undefined;',
  },
  {
    breaks: 'the Delete of an old id removes what its successor has taken over',
    file: 'found.ts',
    text: 'const isOurs = (tags: Tags) => tags[BUNDLE_TAG] === bundle.id;',
    replacement: 'const isOurs = (tags: Tags) => isSameResource(tags[BUNDLE_TAG], bundle.id);',
  },
  {
    breaks: "somebody else's secret is deleted",
    file: 'remove.ts',
    text: 'return live?.[BUNDLE_TAG] === bundle.id ? live : undefined;',
    replacement: 'return live;',
  },
  {
    breaks: 'an adopted entity is owned before the adoption has succeeded',
    file: 'entity.ts',
    text: 'return adopted ? { ...claim.tags, [BUNDLE_TAG]: adopting(claim.id) } : claim.tags;',
    replacement: 'return adopted ? { ...claim.tags, [BUNDLE_TAG]: claim.id } : claim.tags;',
  },
  {
    breaks: 'an adopted entity never becomes the own one',
    file: 'entity.ts',
    text: '[() => entity.tag(owner(claim))]',
    replacement: '[async () => owner(claim)]',
  },
  {
    breaks: 'an adoption that failed keeps the keys that it made',
    file: 'found.ts',
    text: 'await together(made.map((key) => deleteAccessKey(aws, user.name, key.id)));',
    replacement: 'void [made, deleteAccessKey];',
  },
  {
    breaks: 'an adoption that failed deletes the keys that were there',
    file: 'found.ts',
    text: 'mintedKeys(known, keys) : [];',
    replacement: 'keys : mintedKeys({}, []);',
  },
  {
    breaks: 'an adoption that failed takes the password that was there',
    file: 'minting.ts',
    text: "MINTING_TAG in secretTags && !secretTags[MINTING_TAG]?.split(' ').includes(HAD_PASSWORD);",
    replacement: 'MINTING_TAG in secretTags;',
  },
  {
    breaks: 'a policy is detached from entities of others',
    file: 'entities/policy-removal.ts',
    text: 'if (!isOurs(fromAwsTags(tags)))',
    replacement: 'if (!isOurs(fromAwsTags(tags)) && !kind)',
  },
  {
    breaks: "somebody else's secret is read and kept",
    file: 'secret.ts',
    text: 'const readable = !secret.DeletedDate && isOurs(tags);',
    replacement: 'const readable = !secret.DeletedDate;',
  },
  {
    breaks: 'any secret that is scheduled for deletion is taken over',
    file: 'secret-claim.ts',
    text: 'return BUNDLE_TAG in tags\n      ? []',
    replacement: 'return tags\n      ? []',
  },
  {
    breaks: 'what a deleted bundle of the same stack left in the secret is in force again for a while',
    file: 'converge.ts',
    text: '!seen.user.live || ',
    replacement: '',
  },
  {
    breaks: 'a password of a user that was deleted since is set again',
    file: 'entities/credentials-plan.ts',
    text: '((version === settled && live.hasPassword) || alive(version.content.accessKeyId))',
    replacement: '(version === settled || alive(version.content.accessKeyId))',
  },
  {
    breaks: 'a secret that is taken over brings its dead credentials back',
    file: 'secret-claim.ts',
    text: 'if (live.deletedDate && isPast)',
    replacement: 'if (live.deletedDate && !isPast)',
  },
  {
    breaks: 'a user is made without tags',
    file: 'entities/user.ts',
    text: 'Tags: toAwsTags(tags),\n        }),\n      );',
    replacement: '}),\n      );',
  },
  {
    breaks: 'a role is made without tags',
    file: 'entities/role.ts',
    text: 'Tags: toAwsTags(tags),\n        }),\n      );',
    replacement: '}),\n      );',
  },
  {
    breaks: 'a policy is made without tags',
    file: 'entities/managed-policy.ts',
    text: 'PolicyDocument: document, Tags: toAwsTags(tags) }',
    replacement: 'PolicyDocument: document }',
  },
  {
    breaks: 'an instance profile is made without tags',
    file: 'entities/instance-profile.ts',
    text: '{ InstanceProfileName, Tags: toAwsTags(tags) }',
    replacement: '{ InstanceProfileName }',
  },
  {
    breaks: 'a secret is made without tags',
    file: 'secret-claim.ts',
    text: ': undefined,\n      Tags: toAwsTags(tags),',
    replacement: ': undefined,',
  },
  {
    breaks: 'tags that others put there are removed',
    file: 'tags.ts',
    text: 'return Object.keys(before).filter((key) => key in live && !(key in desired));',
    replacement:
      'return Object.keys({ ...live, ...before }).filter((key) => key in live && !(key in desired));',
  },
  {
    breaks: 'a failed replacement keeps what it had taken over',
    file: 'request.ts',
    text: 'await handBack(aws, previous.bundle, bundle.id, physicalId);',
    replacement: 'void handBack;',
  },
  {
    breaks: 'a failed replacement leaves what it had made',
    file: 'request.ts',
    text: 'await remove(aws, bundle, { ...options, made: progress.made });\n      });',
    replacement: '});',
  },
  {
    breaks: 'a failed replacement deletes a user whose key may be the current one by now',
    file: 'request.ts',
    text: 'begunHere && !inForce && ',
    replacement: 'begunHere && (!inForce || inForce) && ',
  },
  {
    breaks: 'what a failed Update made under an id that nobody knows is never removed',
    file: 'request.ts',
    text: 'if (previous && ![bundle.id, event.PhysicalResourceId].includes(previous.bundle.id))',
    replacement: 'if (!previous)',
  },
  {
    breaks: 'statements of others in the policy of the secret are dropped',
    file: 'secret-shape.ts',
    text: '[...others, ours] : others;',
    replacement: '[ours] : [];\n  void others;',
  },
];
