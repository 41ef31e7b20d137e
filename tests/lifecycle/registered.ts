import { expect } from 'vitest';
import type { CustomResourceAnswer } from '../../local/cloudformation/protocol.ts';
import type { Properties } from '../support/memory-aws/events.ts';
import type { RegisteredAccount } from '../support/redis-cloud-account.ts';
import { expectIntact, type Known, keyInService, settled } from './journey.ts';

/** What is asked of Redis to change the cloud account that the stand-in makes first. */
export const PUT = 'PUT /cloud-accounts/16961';

/** A registered bundle; what Redis is asked for from now on counts. */
export async function begin(account: RegisteredAccount, properties: Properties = {}): Promise<Known> {
  const made = await settled(account, account.registered(properties));
  account.redis.asked.length = 0;
  return made;
}

/** Expects a bundle of one generation that Redis works with, under its first id. */
export function expectRegistered(account: RegisteredAccount, bundle: Known): void {
  expectIntact(account, bundle);
  expectAtRedis(account, bundle);
  expect(account.ledger()).toMatchObject({ known: { cloudAccountId: 16_961 } });
}

/** Expects that Redis works with exactly this generation, in the cloud account of the beginning. */
export function expectAtRedis(account: RegisteredAccount, bundle: Known): void {
  const { UserName = 'redislabs-user', SecretName } = bundle.properties;
  const key = keyInService(account, String(SecretName ?? `rv-access/${UserName}`));
  expect(account.redis.accounts()).toMatchObject([{ id: 16_961, status: 'active', key }]);
  expect(account.ledger()).toMatchObject({ generation: bundle.id, known: { keyId: key } });
  expect(account.ledger()?.known).not.toHaveProperty('intent');
}

export function expectFailure({ Status, Reason }: CustomResourceAnswer, words: string): void {
  expect(Status).toBe('FAILED');
  expect(Reason).toContain(words);
}
