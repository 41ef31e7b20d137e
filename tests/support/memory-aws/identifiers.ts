import type { World } from './world.ts';

const UPPER_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** Of what follows a secret's name in its ARN. */
export const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const BASE_64 = `${LETTERS_AND_DIGITS}+/`;

/** Characters that look random, are never the same twice in one world and always the same in a repeated run. */
export function characters(world: World, length: number, alphabet = BASE_64): string {
  world.serial += 1;
  let seed = Math.imul(world.serial, 0x9e3779b1) >>> 0;
  let text = '';
  for (let i = 0; i < length; i++) {
    seed = (Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + 0x6d2b79f5 + i) >>> 0;
    seed = (seed ^ (seed >>> 12)) >>> 0;
    text += alphabet[seed % alphabet.length];
  }
  return text;
}

/** A unique id as IAM gives it: `AIDA…` for users, `AROA…` for roles, `AKIA…` for keys. */
export function uniqueId(world: World, prefix: string): string {
  const body = characters(world, 12, UPPER_AND_DIGITS);
  let serial = '';
  for (let rest = world.serial; serial.length < 4; rest >>= 5) serial += UPPER_AND_DIGITS[rest & 31];
  return prefix + body + serial;
}

export function iamArn(world: World, kind: string, path: string, name: string): string {
  return `arn:${world.partition}:iam::${world.accountId}:${kind}${path}${name}`;
}
