import type { GetRandomPasswordCommandInput } from '@aws-sdk/client-secrets-manager';
import { characters } from './identifiers.ts';
import type { Operations } from './operation.ts';
import { invalidParameter } from './secrets-errors.ts';
import type { World } from './world.ts';

const UPPERCASE = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const NUMBERS = '0123456789';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

export const randomPasswordOperations = {
  GetRandomPassword(world: World, input: GetRandomPasswordCommandInput) {
    const classes = [
      input.ExcludeUppercase ? '' : UPPERCASE,
      input.ExcludeLowercase ? '' : UPPERCASE.toLowerCase(),
      input.ExcludeNumbers ? '' : NUMBERS,
      input.ExcludePunctuation ? '' : PUNCTUATION,
      input.IncludeSpace ? ' ' : '',
    ]
      .map((all) => [...all].filter((each) => !input.ExcludeCharacters?.includes(each)).join(''))
      .filter((all) => all !== '');
    const required = (input.RequireEachIncludedType ?? true) ? classes : [];
    const length = input.PasswordLength ?? 32;
    if (classes.length === 0 || length < required.length || length > 4096) {
      throw invalidParameter('The password cannot be made of what is left.');
    }
    const start = required.map((all) => characters(world, 1, all)).join('');
    const RandomPassword = start + characters(world, length - start.length, classes.join(''));
    world.minted.push(RandomPassword);
    return { RandomPassword };
  },
} satisfies Operations;
